"""One seed, live: no known bug survives the facts of its function, and no correct code of another form fails one."""

import pytest

from autograder.assignment.bank import known_bugs, known_equivalents
from autograder.assignment.sheet import make_sheet
from autograder.evidence.measure import tally_all
from autograder.evidence.record import Tally
from autograder.sandbox import Zygote


@pytest.fixture(scope="module")
def tallies(zygote: Zygote) -> dict[str, Tally]:
    return tally_all([*known_bugs(), *known_equivalents()], make_sheet({}).facts, zygote, seeds=1)


def test_every_known_bug_fails_a_fact_of_its_function(tallies: dict[str, Tally]) -> None:
    assert [bug.name for bug in known_bugs() if not tallies[bug.name].fails] == []


def test_no_equivalent_fails_any(tallies: dict[str, Tally]) -> None:
    assert {e.name: dict(tallies[e.name].fails) for e in known_equivalents() if tallies[e.name].fails} == {}


def test_a_tally_counts_what_fails_alone_and_what_decides_a_criterion(tallies: dict[str, Tally]) -> None:
    """A criterion is lost if a fact of its kind fails; one that fails alone in its kind decides it."""
    for tally in (tallies[bug.name] for bug in known_bugs()):
        assert tally.survives == 0
        assert set(tally.alone) | set(tally.decides) <= set(tally.fails)
        assert bool(tally.alone) == (len(tally.fails) == 1)
        assert len(tally.decides) + len(tally.alone) <= len(tally.lost) <= len(tally.fails)
