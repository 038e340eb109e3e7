"""The ten submissions are what their names say: the comparison of the doors rests on them."""

from autograder.results.marks import totals
from tests.fronts.ten import BUGS, Ten


def lost(ten: Ten, name: str) -> set[str]:
    return {question for question, score in ten.marks[name].items() if score != ten.marks["right"][question]}


def test_every_one_of_them_was_graded(ten: Ten) -> None:
    assert len(ten.results) == 10
    assert {result.status for result in ten.results.values()} == {"graded"}


def test_right_has_all_points_and_the_stub_none(ten: Ten) -> None:
    right = totals(ten.results["right"], {})
    assert right.score == right.graded_max
    assert sum(score or 0 for score in ten.marks["stub"].values()) == 0


def test_each_mistake_costs_its_own_question(ten: Ten) -> None:
    assert [lost(ten, name.replace("_", "-")) for name in BUGS] == [
        {"9-1a"},
        {"9-1d"},
        {"9-1e"},
        {"9-2b"},
        {"9-2c"},
    ]
    assert lost(ten, "crash") == {"9-1a"}
    assert lost(ten, "timeout") == {"9-2d"}


def test_hostile_code_reads_nothing_that_is_hidden(ten: Ten) -> None:
    """Its `kl_standard_normal` is right, and raises what it could read."""
    assert lost(ten, "hostile") == {"9-1a"}
