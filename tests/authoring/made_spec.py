"""A grading.yml for the small course: as little as a build needs."""

from typing import Any

from autograder.spec import Spec


def spec_of(sheet_version: str = "1", rubric: dict[str, Any] | None = None) -> Spec:
    """The spec of a course whose one written question, 9-1a-written, has `rubric`."""
    question = {"id": "9-1a-written", "title": "Show it", "kind": "written", "points": 3, "rubric": rubric}
    return Spec.model_validate(
        {
            "assignment": "generative-models",
            "title": "A small course",
            "sheet_version": sheet_version,
            "max_score": 3,
            "data": {"name": "mnist", "sha256": {}},
            "visibility": {},
            "staff_items": [{"id": "double-check", "points": 0, "text": "somebody else looks at it"}],
            "questions": [question],
        }
    )
