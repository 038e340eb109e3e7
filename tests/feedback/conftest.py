from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.results.model import Result
from autograder.results.store import read_result
from autograder.spec.model import Spec

GOLDEN = Path(__file__).parents[1] / "results" / "golden" / "result-1.json"
DUE = datetime(2027, 1, 15, 23, 59, tzinfo=UTC)
PUBLISHED = datetime(2027, 2, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def result() -> Result:
    """A realistic result in which every state occurs."""
    return read_result(GOLDEN)


@pytest.fixture
def spec_of() -> Callable[..., Spec]:
    """The grading.yml that a result was marked with."""

    def make(result: Result, due: datetime | None = DUE, published: datetime | None = PUBLISHED) -> Spec:
        return Spec.model_validate(
            {
                "assignment": result.assignment,
                "title": "Exercise 9: Generative Models",
                "sheet_version": result.sheet_version,
                "max_score": result.max_score,
                "schedule": {"due": due, "published": published},
                "data": {"name": "mnist", "sha256": {}},
                "visibility": {},
                "questions": [
                    {
                        "id": q.id,
                        "title": q.title,
                        "kind": q.kind,
                        "points": q.max_score,
                        "criteria": [
                            {"id": c.id, "title": c.title, "points": c.max_score, "visibility": c.visibility}
                            for c in q.criteria
                        ],
                    }
                    for q in result.questions
                ],
            }
        )

    return make


@pytest.fixture
def spec(result: Result, spec_of: Callable[..., Spec]) -> Spec:
    return spec_of(result)
