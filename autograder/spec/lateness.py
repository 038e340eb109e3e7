"""What a late submission keeps: a pure function of the time of receipt, the schedule and the person's extension.

    deadline = max(due, own deadline) + grace                  own deadline: due + days of 24 h, or a time
    days     = ⌈(received − deadline) / 24 h⌉, at least 0      every day begun counts
    kept     = 1 − late_per_day · (days − free_late_days)₊     at least 0

All times carry their zone and are compared as instants: a day is 24 hours, also where clocks are put forward or back
in between. Nothing of this is stored in a result; it is computed whenever grades are exported.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from autograder.spec.model import Schedule

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Lateness:
    """How late something was received, and the fraction of its score that it keeps."""

    days: int
    kept: float


def lateness(
    received_at: datetime | None, schedule: Schedule, extension: timedelta | datetime | None = None
) -> Lateness:
    """The lateness of what was received then (with time zone); an unknown time costs nothing."""
    if received_at is None or schedule.due is None:
        return Lateness(0, 1.0)
    # In UTC: Python subtracts two times of one zone by their clocks, not as instants.
    allowed = deadline(schedule.due, extension) + timedelta(minutes=schedule.grace_minutes)
    late = received_at.astimezone(UTC) - allowed
    days = max(0, -(-late // DAY))
    charged = max(0, days - schedule.free_late_days)
    return Lateness(days, max(0.0, 1.0 - schedule.late_per_day * charged))


def deadline(due: datetime, extension: timedelta | datetime | None) -> datetime:
    """A person's own deadline, in UTC; an extension never shortens it."""
    instant = due.astimezone(UTC)
    if extension is None:
        return instant
    own = instant + extension if isinstance(extension, timedelta) else extension.astimezone(UTC)
    return max(instant, own)
