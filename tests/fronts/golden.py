"""The golden result, in which every state occurs, and the grading.yml that it was marked with."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.results.model import Result
from autograder.results.store import read_result
from autograder.spec.model import Spec

DUE = datetime(2027, 1, 15, 23, 59, tzinfo=UTC)
PUBLISHED = datetime(2027, 2, 1, 12, 0, tzinfo=UTC)
BEFORE, AFTER = datetime(2027, 1, 10, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)


def golden_result() -> Result:
    return read_result(Path(__file__).parents[1] / "results/golden/result-1.json")


def golden_spec() -> Spec:
    result = golden_result()
    criteria = {
        q.id: [
            {"id": c.id, "title": c.title, "points": c.max_score, "visibility": c.visibility}
            for c in q.criteria
        ]
        for q in result.questions
    }
    return Spec.model_validate(
        {
            "assignment": result.assignment,
            "title": "Exercise 9: Generative Models",
            "sheet_version": result.sheet_version,
            "max_score": result.max_score,
            "schedule": {"due": DUE, "published": PUBLISHED},
            "data": {"name": "mnist", "sha256": {}},
            "visibility": {},
            "questions": [
                {
                    "id": q.id,
                    "title": q.title,
                    "kind": q.kind,
                    "points": q.max_score,
                    "criteria": criteria[q.id],
                }
                for q in result.questions
            ],
        }
    )


def same_as(path: Path, value: Any) -> bool:
    """Whether a golden file holds this value; with $UPDATE_GOLDEN it is written, for a person to read."""
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8") == text
