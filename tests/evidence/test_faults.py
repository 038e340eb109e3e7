"""The evidence is accepted only if it proves what it should; each fault is named with the bug or fact concerned."""

from pathlib import Path

import pytest

from autograder.evidence import faults as module
from autograder.evidence.faults import faults
from autograder.evidence.marks import told
from autograder.evidence.record import BugOf, EquivalentOf, dumped, read_evidence
from tests.evidence.made_up import BOTH, SEEN, bug, evidence, hint

LOST = ["double.value", "double.gradient"]


@pytest.fixture(autouse=True)
def _no_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The made-up sheet has facts of its own."""
    monkeypatch.setattr(module, "KEEPS", {})


def test_evidence_without_a_fault() -> None:
    assert list(faults(evidence())) == []


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (
            bug(BOTH.model_copy(update={"survives": 1}), LOST),
            "halved: every fact passes at 1 of 2 seeds",
        ),
        (bug(BOTH, []), "halved: loses no marks on double when it is graded"),
        (bug(BOTH, [*LOST, "square.value"]), "halved: also loses square.value when it is graded"),
        (
            bug(BOTH, LOST, hint("other")),
            "halved: the student is told of other: You compute <something> else.",
        ),
        (
            bug(BOTH, LOST, hint("mistake/negated")),
            "halved: the student is told of mistake/negated: You compute <something> else.",
        ),
        (
            bug(SEEN, ["double.value"]),
            "double.slope: no bug needs it, and autograder/evidence/keeps.py does not say why it is kept",
        ),
    ],
)
def test_a_bug_that_breaks_a_promise_is_named(found: BugOf, fault: str) -> None:
    assert list(faults(evidence({"halved": found}))) == [fault]


def test_right_code_that_fails_is_named_with_its_facts_and_with_what_it_loses_elsewhere() -> None:
    broken = evidence(
        equivalents={"added": EquivalentOf(fails={"one": 1}, lost_when_graded=["square.value"])}
    )
    assert broken.false_fails == ["added"]
    assert list(faults(broken)) == ["added: right code fails one, square.value"]


def test_a_fact_that_no_bug_needs_is_kept_for_a_reason_and_no_reason_outlives_its_fact(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "KEEPS", {"double.slope": "it is quick", "double.gone": "it was quick"})
    assert list(faults(evidence({"halved": bug(SEEN, ["double.value"])}))) == [
        "double.gone: autograder/evidence/keeps.py keeps a fact that does not exist"
    ]


@pytest.mark.parametrize(
    ("said", "is_"),
    [
        (None, "nothing"),
        ("halved", "named"),
        ("mistake/missing_half", "mistake"),
        ("relation/twice", "relation"),
        ("doubled", "false"),
        ("mistake/negated", "false"),
        ("halved+twice", "false"),  # one mistake was planted, not two
    ],
)
def test_what_a_hint_says_of_the_planted_bug(said: str | None, is_: str) -> None:
    given = None if said is None else hint(said)
    assert told(given, name="halved", says="You halve.", mistake="missing_half") == is_


def test_bugs_that_say_the_same_are_one_to_the_student() -> None:
    assert told(hint("twin"), name="halved", says=hint("twin").text, mistake=None) == "named"


def test_a_misconception_is_false_of_a_bug_that_has_none() -> None:
    assert told(hint("mistake/missing_half"), name="halved", says="You halve.", mistake=None) == "false"


def test_the_file_has_a_line_for_each_fact_and_text_and_reads_back_the_same(
    tmp_path: Path,
) -> None:
    path = tmp_path / "kill-matrix.json"
    path.write_text(dumped(evidence()), "utf-8")
    assert read_evidence(path) == evidence()
    lines = path.read_text("utf-8").splitlines()
    for name in ("one", "slope", "halved", "added"):
        assert len([line for line in lines if line.strip().startswith(f'"{name}": {{')]) == 1
