"""The points of grading.yml in the notebook, where nbgrader takes them from."""

import json
from collections.abc import Mapping

from autograder.authoring.cells import read_cells
from autograder.spec.model import QuestionSpec, Spec


def cell_of(question: QuestionSpec) -> str:
    """The grade id of a question's cell: `9-1a-check` runs the public checks, `9-1a-written` holds an answer."""
    return f"{question.id}-check" if question.kind == "auto" else question.id


def points_of_cells(spec: Spec) -> Mapping[str, float]:
    """grade id → points, for every question of grading.yml."""
    return {cell_of(question): question.points for question in spec.questions}


def with_points(content: bytes, path: str, points: Mapping[str, float]) -> bytes:
    """The notebook with `points` (grade id → points) in its graded cells; unchanged if they are there already.

    Raises AuthoringError if this is no notebook.
    """
    read_cells(content, path)
    notebook = json.loads(content)
    found = [cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"]]
    graded = [about for about in found if about.get("grade") and about.get("grade_id") in points]
    if all(about.get("points") == points[about["grade_id"]] for about in graded):
        return content
    for about in graded:
        value = points[about["grade_id"]]
        about["points"] = int(value) if value == int(value) else value
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()
