"""A result in the check cells of a notebook: our feedback as output, and the score as nbgrader reads it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from autograder.authoring.points import cell_of
from autograder.feedback.pages import question_parts
from autograder.feedback.text import points
from autograder.results.marks import Mark
from autograder.results.model import Result
from autograder.spec.model import Spec


def outputs_of(
    result: Result, spec: Spec, marks: Mapping[str, Mark], as_of: datetime
) -> dict[str, list[dict[str, Any]]]:
    """grade id → what its cell shows: what the student may see at `as_of`, then the score.

    The last output is the one that `nbgrader.utils.determine_grade` takes as partial credit. A question without a score
    has an error in its place, which nbgrader reads as no points: whoever calls must not store such a result.
    """
    parts = question_parts(result, spec, marks, as_of)
    cells = {question.id: cell_of(question) for question in spec.questions if question.kind == "auto"}
    outputs = {}
    for question in result.questions:
        if question.id not in cells:
            continue
        said = f"{question.id}: {points(question.score)} of {points(question.max_score)} points"
        page = {"text/html": parts[question.id], "text/plain": said}
        outputs[cells[question.id]] = [
            {"output_type": "display_data", "data": page, "metadata": {}},
            _score(question.score, question.max_score),
        ]
    return outputs


def _score(score: float | None, max_score: float) -> dict[str, Any]:
    if score is None:
        return {
            "output_type": "error",
            "ename": "NotGraded",
            "evalue": "a fault of the grader",
            "traceback": [],
        }
    # nbgrader refuses a score above the cell's points, be it by rounding
    number = repr(min(float(score), float(max_score)))
    return {
        "output_type": "execute_result",
        "execution_count": 1,
        "data": {"text/plain": number},
        "metadata": {},
    }
