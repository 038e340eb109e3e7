"""The evidence in docs/ is of today's code, proves what it should, and is what its pages show."""

import pytest

from autograder.assignment.bank import known_bugs, known_equivalents
from autograder.commands.evidence import MATRIX, hashes, made
from autograder.course import Course
from autograder.evidence.faults import faults
from autograder.evidence.record import Evidence, read_evidence
from tests.commands.course import ROOT

REMEDY = "run `make evidence` and commit docs/evidence and docs/marking.md"


@pytest.fixture(scope="module")
def course() -> Course:
    return Course.find(ROOT)


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return read_evidence(ROOT / MATRIX)


def test_it_is_of_the_facts_and_banks_of_today(course: Course, evidence: Evidence) -> None:
    assert hashes(course) == (evidence.execution_sha256, evidence.bank_sha256), REMEDY


def test_it_covers_both_banks(evidence: Evidence) -> None:
    assert {name for _, name, _ in evidence.bugs} == {bug.name for bug in known_bugs()}, REMEDY
    assert {name for _, name, _ in evidence.equivalents} == {e.name for e in known_equivalents()}, REMEDY


def test_no_bug_survives_no_right_code_fails_no_hint_is_false_and_no_fact_is_idle(evidence: Evidence) -> None:
    assert list(faults(evidence)) == []


def test_it_is_large_enough_to_mean_something(evidence: Evidence) -> None:
    functions = [function for function, _, _ in evidence.bugs]
    assert evidence.seeds >= 50
    assert len(functions) - functions.count("VAE") >= 250
    assert functions.count("VAE") >= 40
    assert len(list(evidence.equivalents)) >= 80


def test_the_page_and_the_table_are_made_of_it(course: Course, evidence: Evidence) -> None:
    for path, text in made(course, evidence).items():
        assert (ROOT / path).read_text("utf-8") == text, f"{path}: {REMEDY}"
