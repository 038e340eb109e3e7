"""Who sees what, when: a pure function of a criterion's visibility, the schedule and the time."""

from collections.abc import Callable
from datetime import datetime
from enum import IntEnum
from typing import Protocol

from autograder.results.model import Criterion, Visibility


class Detail(IntEnum):
    """What a student's page shows of a criterion; each level includes those before it."""

    COUNTED = 0  # only that it exists, and what kind of thing it looks at
    OUTCOME = 1  # title, status and points
    INPUTS = 2  # message, hint, identities, inputs and what came back
    EXPECTED = 3  # the expected numbers
    STAFF = 4  # what a fault of ours was; never on a student's page


See = Callable[[Criterion], Detail]
"""What a reader may see of each criterion."""


class Schedule(Protocol):
    """The dates of grading.yml. A date that is not set has not passed."""

    def is_due(self, now: datetime) -> bool: ...
    def is_published(self, now: datetime) -> bool: ...


def detail(visibility: Visibility, schedule: Schedule, as_of: datetime) -> Detail:
    """What a student may see of a criterion at a time.

    ================ ========== ========= ===========
    visibility       before due after due published
    ================ ========== ========= ===========
    visible          INPUTS     EXPECTED  EXPECTED
    after_due        COUNTED    EXPECTED  EXPECTED
    after_published  COUNTED    COUNTED   EXPECTED
    hidden           COUNTED    COUNTED   OUTCOME
    ================ ========== ========= ===========

    Publishing is after the due date even where no due date is set. `hidden` keeps the probes for another year;
    its points are shown with the marks, so that they add up.
    """
    published = schedule.is_published(as_of)
    due = published or schedule.is_due(as_of)
    if visibility == "visible":
        return Detail.EXPECTED if due else Detail.INPUTS
    if visibility == "after_due":
        return Detail.EXPECTED if due else Detail.COUNTED
    if visibility == "after_published":
        return Detail.EXPECTED if published else Detail.COUNTED
    return Detail.OUTCOME if published else Detail.COUNTED
