"""The names of this course in nbgrader: which cell of the notebook stands for which question, where results lie."""

from collections.abc import Mapping

from autograder.spec.model import QuestionSpec, Spec

NOTEBOOK = "generative_models"
"""nbgrader's name of the notebook."""

GRADED = "build/nbgrader/graded"
"""The class folder of nbgrader's submissions, below the course's root: results, pages and marks.jsonl."""


def cell_of(question: QuestionSpec) -> str:
    """The grade id of a question's cell: `9-1a-check` runs the public checks, `9-1a-written` holds an answer."""
    return f"{question.id}-check" if question.kind == "auto" else question.id


def points_of_cells(spec: Spec) -> Mapping[str, float]:
    """grade id → points, for every question of grading.yml."""
    return {cell_of(question): question.points for question in spec.questions}
