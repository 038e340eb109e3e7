"""results.json: what Gradescope is told, and what it thereby shows to whom.

Gradescope has no validator to be had: SCHEMA is docs/specs.md of gradescope/autograder_samples, written down here.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from autograder.fronts.gradescope.metadata import Metadata
from autograder.fronts.gradescope.results import NOT_STARTED, results_json, without_result
from autograder.results.marks import Mark
from autograder.results.model import Result, Visibility
from autograder.results.store import read_result
from autograder.spec.model import GradescopeSpec, Spec
from tests.results.graded_with import DUE, PUBLISHED, grading_of

GOLDEN = Path(__file__).parent / "golden" / "results.json"
RESULT = read_result(Path(__file__).parents[2] / "results" / "golden" / "result-1.json")
BEFORE = DUE - timedelta(days=3)

SHOWN = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": SHOWN,
        "stdout_visibility": SHOWN,
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "name_format": FORMAT,
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "output_format": FORMAT,
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": SHOWN,
                    "extra_data": {"type": "object"},
                },
            },
        },
        "leaderboard": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "value"],
                "additionalProperties": False,
                "properties": {
                    "name": {"type": "string"},
                    "value": {"type": ["number", "string"]},
                    "order": {"enum": ["asc", "desc"]},
                },
            },
        },
    },
}


def made(
    result: Result = RESULT,
    spec: Spec | None = None,
    metadata: Metadata | None = None,
    as_of: datetime = BEFORE,
    **more: Any,
) -> dict[str, Any]:
    spec = spec or grading_of(result)
    content = results_json(result, spec, more.pop("marks", {}), metadata or Metadata(), as_of, **more)
    jsonschema.validate(content, SCHEMA)
    return content


def criteria(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [test for test in content["tests"] if "." in test["number"]]


def all_of(visibility: Visibility) -> Result:
    """The result, with this visibility of every criterion."""
    questions = [
        q.model_copy(
            update={"criteria": [c.model_copy(update={"visibility": visibility}) for c in q.criteria]}
        )
        for q in RESULT.questions
    ]
    return RESULT.model_copy(update={"questions": questions})


def test_the_golden_file() -> None:
    """Looked at by a person; a change of what students read changes it."""
    assert made() == json.loads(GOLDEN.read_text("utf-8"))


def test_every_criterion_is_one_test_and_the_scores_add_up_to_the_total() -> None:
    content = made()
    tests = criteria(content)
    assert len(tests) == sum(len(q.criteria) for q in RESULT.questions)
    assert sum(t.get("score", 0) for t in tests) == pytest.approx(content["score"]) == RESULT.score
    assert sum(t["max_score"] for t in tests if "score" in t) == pytest.approx(RESULT.graded_max)


@pytest.mark.parametrize(
    ("visibility", "as_of", "shown"),
    [
        ("visible", BEFORE, "visible"),
        ("after_due", BEFORE, "after_due_date"),
        ("after_due", DUE, "visible"),
        ("after_published", BEFORE, "after_published"),
        ("after_published", DUE, "after_published"),
        ("after_published", PUBLISHED, "visible"),
        ("hidden", BEFORE, "after_published"),
        ("hidden", PUBLISHED, "visible"),
    ],
)
def test_a_criterion_is_shown_when_grading_yml_shows_it(
    visibility: Visibility, as_of: datetime, shown: str
) -> None:
    tests = criteria(made(all_of(visibility), as_of=as_of))
    assert {test["visibility"] for test in tests} == {shown}


def test_a_hidden_criterion_gets_its_points_shown_but_never_what_it_looks_at() -> None:
    for test in criteria(made(all_of("hidden"))):
        assert set(test["output"].splitlines()[1:]) <= {"What it looks at stays hidden."}


def test_nothing_hides_the_total_but_criteria_that_are_hidden() -> None:
    content = made(all_of("visible"))
    assert {test["visibility"] for test in content["tests"]} == {"visible"}
    assert content["visibility"] == "visible"
    assert "Gradescope shows the total when" not in content["output"]
    assert "Gradescope shows the total when the last hidden criterion is shown." in made()["output"]


def test_the_text_above_the_tests_counts_only_what_can_be_seen() -> None:
    first = made()["output"].splitlines()
    assert "18.4 of 35.6 points on what you can see now." in first
    nothing = made(all_of("after_published"))["output"]
    assert "0 of 0 points on what you can see now." in nothing
    assert str(RESULT.score) not in nothing


def test_expected_numbers_wait_until_nobody_can_hand_in_any_more() -> None:
    """grading.yml's due date has passed; Gradescope takes late submissions for three days more."""
    late = Metadata.model_validate({"assignment": {"late_due_date": (DUE + timedelta(days=3)).isoformat()}})
    open_still = made(metadata=late, as_of=DUE + timedelta(days=1))
    closed = made(metadata=late, as_of=DUE + timedelta(days=4))
    value = next(t for t in criteria(open_still) if t["number"] == "9-1a.1")
    assert "Expected values are shown after the due date." in value["output"]
    value = next(t for t in criteria(closed) if t["number"] == "9-1a.1")
    assert "expected  difference" in value["output"]


def test_what_we_failed_to_grade_has_no_score() -> None:
    ours = [t for t in criteria(made()) if t["number"].startswith("9-2d")]
    assert ours
    assert not [t for t in ours if "score" in t or "status" in t]
    nothing = RESULT.model_copy(update={"score": 0.0, "graded_max": 0.0, "questions": []})
    assert "score" not in made(nothing)
    stopped = without_result(NOT_STARTED)
    jsonschema.validate(stopped, SCHEMA)
    assert "score" not in stopped


def test_a_mark_of_a_person_is_a_test_once_it_is_given() -> None:
    mark = Mark(
        submission="group07",
        question="9-1a-written",
        points=3,
        comment="The second step needs a reason.",
        marker="mia",
        time=BEFORE,
        answer_sha256="0" * 64,
    )
    content = made(marks={"9-1a-written": mark})
    (written,) = [t for t in content["tests"] if t["number"] == "9-1a-written"]
    assert (written["score"], written["max_score"], written["visibility"]) == (3, 6, "after_published")
    assert content["score"] == RESULT.score + 3


def test_no_flag_is_in_it_whatever_its_visibility() -> None:
    """One hidden test would take the total from the flagged alone, and so tell them."""
    assert RESULT.flags
    assert made() == made(RESULT.model_copy(update={"flags": []}))


def test_the_leaderboard_is_off_until_grading_yml_says_otherwise() -> None:
    spec = grading_of(RESULT)
    assert "leaderboard" not in made(spec=spec)
    on = spec.model_copy(update={"gradescope": GradescopeSpec(leaderboard=True)})
    assert made(spec=on)["leaderboard"] == [{"name": "ELBO (nats per image)", "value": -104.2}]


def test_late_is_what_gradescope_says_of_the_submission_and_not_when_it_is_run() -> None:
    metadata = Metadata.model_validate(
        {
            "created_at": "2027-01-16T02:00:00+01:00",
            "assignment": {"due_date": "2027-01-16T00:00:00+01:00", "late_due_date": None},
        }
    )
    content = made(metadata=metadata, as_of=datetime(2028, 1, 1, tzinfo=UTC))
    assert content["extra_data"]["late_seconds"] == 7200
    assert "Handed in 2:00:00 (h:mm:ss) after the due date." in content["output"]
    assert made()["extra_data"]["late_seconds"] == 0
