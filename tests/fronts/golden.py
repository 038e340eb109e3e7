"""The golden result, in which every state occurs, and the grading.yml that it was marked with."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.results.model import Result
from autograder.results.store import read_result
from autograder.spec.model import Spec
from tests.results.graded_with import grading_of

BEFORE, AFTER = datetime(2027, 1, 10, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)


def golden_result() -> Result:
    return read_result(Path(__file__).parents[1] / "results/golden/result-1.json")


def golden_spec() -> Spec:
    return grading_of(golden_result())


def same_as(path: Path, value: Any) -> bool:
    """Whether a golden file holds this value; with $UPDATE_GOLDEN it is written, for a person to read."""
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8") == text
