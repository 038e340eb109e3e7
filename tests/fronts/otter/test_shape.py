"""A result in Otter's shape, against a golden file; Otter's own classes are the oracle for what it adds up to."""

import json
from pathlib import Path

import pytest

from autograder.fronts.otter.shape import scores
from autograder.fronts.otter.shape import test_files as shaped
from tests.fronts.golden import AFTER, BEFORE, golden_result, golden_spec, same_as

GOLDEN = Path(__file__).parent / "golden"


def test_before_the_due_date_it_is_the_golden_file() -> None:
    assert same_as(GOLDEN / "test-files.json", shaped(golden_result(), golden_spec(), BEFORE))


def test_otter_adds_it_up_to_the_score_of_the_result() -> None:
    grading = pytest.importorskip("otter.test_files", reason="otter-grader is not installed")
    result = golden_result()
    read = grading.GradingResults.from_ottr_json(json.dumps(shaped(result, golden_spec(), BEFORE)))
    for question, score in scores(result).items():
        read.update_score(question, score)
    assert (read.total, read.possible) == pytest.approx((result.score, result.graded_max))


def test_what_is_hidden_says_only_what_kind_of_thing_it_looks_at() -> None:
    cases = [
        case
        for file in shaped(golden_result(), golden_spec(), BEFORE)["test_file_results"]
        for case in file["test_case_results"]
    ]
    hidden = [case for case in cases if case["test_case"]["hidden"]]
    assert {case["test_case"]["name"] for case in hidden} <= {
        "hidden: gradient", "hidden: stability", "hidden: value", "hidden: training"
    }  # fmt: skip
    assert {case["error"] for case in hidden} == {""}


def test_after_publishing_nothing_of_it_is_hidden_but_what_stays_so() -> None:
    files = shaped(golden_result(), golden_spec(), AFTER)["test_file_results"]
    hidden = [
        c["test_case"]["name"] for f in files for c in f["test_case_results"] if c["test_case"]["hidden"]
    ]
    assert hidden == ["hidden: value"], "predictions.value, whose visibility is `hidden`"
