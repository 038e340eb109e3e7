"""The evidence of `make hostile` is of today's code and attacks, and shows what it should."""

import pytest

from tests.hostile.attack import attacks
from tests.hostile.measure import EVIDENCE, PAGE, faults, kept, page, working
from tests.hostile.modes import MODES

REMEDY = "run `make hostile` as root and commit docs/evidence"


@pytest.fixture(scope="module")
def evidence() -> dict:
    assert EVIDENCE.is_file(), REMEDY
    found = kept()
    for name, mode in MODES.items():
        assert found["modes"].get(name, {}).get("outcomes", {}).keys() == {a.name for a in mode.attacks()}, (
            REMEDY
        )
    return found


def test_every_attack_is_contained_in_every_mode_in_which_students_are_graded(evidence: dict) -> None:
    assert list(faults(evidence)) == []
    assert len(evidence["modes"]["root"]["outcomes"]) == len(attacks())


def test_without_layers_most_attacks_on_the_system_get_through(evidence: dict) -> None:
    outcomes = evidence["modes"]["nothing"]["outcomes"]
    assert len(working(evidence, "nothing")) >= len(outcomes) / 2


def test_the_page_is_made_of_it(evidence: dict) -> None:
    assert PAGE.read_text("utf-8") == page(evidence), REMEDY
