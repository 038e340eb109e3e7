"""Several known bugs that no question parts: what they share is told, and none of them is."""

from dataclasses import replace

import pytest

from autograder.assignment.bank import known_bugs
from autograder.assignment.diagnosis import FINGERPRINTS
from autograder.assignment.mistakes import MISTAKES
from autograder.assignment.sample import with_text
from autograder.diagnosis.fingerprints import Fingerprints
from autograder.diagnosis.known import Says
from autograder.results.model import Hint
from tests.commands.course import SOLVED
from tests.diagnosis.conftest import Name

BUGS = {bug.name: bug for bug in known_bugs()}
NO_RELATION = ("kl_normal_at_the_mean_only", "kl_normal_sigma2_in_the_numerator")
"""The same formula, once thought as log(q/p) at one point, once as a wrong numerator."""
DETACHED = ("minimax_detached", "minimax_fake_detached")
"""Alike as far as they are graded: the gradient in logits_real is free."""


def saying(bugs: tuple[str, str], *says: Says) -> Fingerprints:
    function = BUGS[bugs[0]].function
    known = replace(FINGERPRINTS.functions[function], bugs=lambda: dict(zip(bugs, says, strict=True)))
    return replace(FINGERPRINTS, functions={function: known})


def told(name: Name, bugs: tuple[str, str], *says: Says) -> Hint | None:
    """What a submission with the first of two bugs is told if they say this."""
    bug = BUGS[bugs[0]]
    hint: Hint | None = name(bug.function, with_text(SOLVED, bug), saying(bugs, *says))
    return hint


@pytest.mark.parametrize("bugs", [NO_RELATION, DETACHED])
def test_a_common_mistake_is_told(name: Name, bugs: tuple[str, str]) -> None:
    says = [Says(f"Sentence {i}.", "0-0", "missing_half") for i in range(2)]
    hint = told(name, bugs, *says)
    where = FINGERPRINTS.functions[BUGS[bugs[0]].function].where
    text = f"{MISTAKES['missing_half']} See sheet {where}."
    assert hint == Hint(bug="mistake/missing_half", text=text, mistake="missing_half")


@pytest.mark.parametrize("other", ["negated", None])
def test_without_a_common_mistake_a_relation_is_told_or_nothing(name: Name, other: str | None) -> None:
    says = Says("One.", "0-0", "detached"), Says("Other.", "0-0", other)
    assert told(name, NO_RELATION, *says) is None
    hint = told(name, DETACHED, *says)
    assert hint is not None
    assert hint.bug == "relation/detached"
    assert hint.mistake is None


def test_bugs_that_say_the_same_are_one(name: Name) -> None:
    same = Says("One.", "9-1 (a)", "missing_half")
    hint = told(name, NO_RELATION, same, same)
    assert hint is not None
    assert (hint.bug, hint.text) == (NO_RELATION[0], "One. See sheet 9-1 (a).")
