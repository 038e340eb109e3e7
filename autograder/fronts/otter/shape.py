"""A result as Otter holds it: one test file per question, one test case per criterion.

The shape is the JSON of Otter's R client, which `GradingResults.from_ottr_json` takes from other engines.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from autograder.feedback.text import cut
from autograder.feedback.view import CriterionView, question_views, student_sees
from autograder.results.model import Criterion, Result
from autograder.results.text import clean
from autograder.spec.model import Spec

LONGEST = 2000  # characters of a message


def test_files(result: Result, spec: Spec, as_of: datetime) -> dict[str, Any]:
    """The automatic questions that were graded. What students may not see at `as_of` is hidden and says nothing."""
    files = []
    for view in question_views(result, spec, {}, student_sees(spec, as_of), tables=0):
        explained = {v.criterion.id: v for v in view.criteria if v.explained}
        cases = [_case(c, explained.get(c.id)) for c in view.question.criteria if c.score is not None]
        if view.question.kind == "auto" and cases:
            _say_of_the_question(cases, view.headline.text, view.hidden)
            file = f"tests/{view.question.id}.py"
            files.append({"filename": file, "points": None, "test_case_results": cases})
    return {"test_file_results": files}


def scores(result: Result) -> Mapping[str, float]:
    """question → score: credit for a part of a criterion, which a test case cannot have."""
    return {q.id: q.score for q in result.questions if q.kind == "auto" and q.score is not None}


def _case(criterion: Criterion, view: CriterionView | None) -> dict[str, Any]:
    return {
        "passed": criterion.status == "passed",
        "error": "" if view is None else _message(view),
        "test_case": {
            "name": criterion.title if view is not None else f"hidden: {criterion.kind}",
            "code": "",
            "hidden": view is None,
            "points": criterion.max_score,
            "success_message": None,
            "failure_message": None,
        },
    }


def _say_of_the_question(cases: list[dict[str, Any]], headline: str, hidden: Sequence[str]) -> None:
    """The sentence about a mistake stands at the first test case that shows it, what is hidden at the last one shown.

    Otter says "All test cases passed!" of those that are shown; what else counts must be said beside it.
    """
    shown = [case for case in cases if not case["test_case"]["hidden"]]
    for case in [case for case in shown if not case["passed"]][:1]:
        case["error"] = clean(cut(f"{headline}\n{case['error']}".strip(), LONGEST))
    for case in shown[-1:]:
        case["test_case"]["success_message"] = " ".join(hidden) or None


def _message(view: CriterionView) -> str:
    """Why a criterion failed, in the words of the feedback page."""
    said = [view.hint, view.message, *view.notes, view.next_step]
    said += [f"{fact.record.title}: {fact.record.message}".removesuffix(": ") for fact in view.broken]
    return clean(cut("\n".join(text for text in said if text), LONGEST))
