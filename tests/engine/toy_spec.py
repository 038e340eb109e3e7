"""The grading.yml of the toy exercise, as a model."""

from typing import Any

from autograder.spec.model import Spec


def toy_spec(double_points: float = 3) -> Spec:
    def criteria(*ids: str) -> list[dict[str, Any]]:
        return [{"id": id, "title": id, "points": 1} for id in ids]

    first = criteria("double.value", "double.gradient", "double.training")
    first[0]["points"] = double_points - 2
    return Spec.model_validate(
        {
            "schema": 1,
            "assignment": "toy",
            "title": "Toy",
            "sheet_version": "1",
            "max_score": double_points + 2,
            "data": {"name": "mnist", "sha256": {}},
            "limits": {"call_seconds": 1, "start_seconds": 1},
            "visibility": dict.fromkeys(["value", "gradient", "shape", "stability", "training"], "visible"),
            "training": {"double": {}},
            "questions": [
                {"id": "1a", "title": "double", "kind": "auto", "points": double_points, "criteria": first},
                {
                    "id": "1b",
                    "title": "the rest",
                    "kind": "auto",
                    "points": 2,
                    "criteria": criteria("square.value", "halve.value"),
                },
            ],
        }
    )
