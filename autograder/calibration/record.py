"""The rows of a calibration: one line of JSON for each run, appended as soon as it is measured."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from autograder.errors import AutograderError
from autograder.results.store import write_whole
from autograder.spec import Spec
from autograder.spec.hashes import code_digest


class Row(BaseModel):
    """One run of one variant with one seed."""

    model_config = ConfigDict(frozen=True)

    run: str
    budget: str  # hash of the run's settings without its gates, and of its code
    data: str
    data_sha256: str
    device: str
    variant: str
    kind: str  # reference, other or bug
    seed: int
    status: str
    message: str
    values: dict[str, float]
    seconds: float

    @property
    def key(self) -> tuple[str, ...]:
        """What would be measured: a row with this key need not be measured again."""
        return (self.run, self.budget, self.data_sha256, self.device, self.variant, str(self.seed))


def budget_hash(block: Mapping[str, Any], code: str) -> str:
    """Of a run's block in grading.yml without gates, and of the code that trains, judges and is trained."""
    content = json.dumps({k: v for k, v in block.items() if k != "gates"}, sort_keys=True)
    return hashlib.sha256(f"{content}\0{code}".encode()).hexdigest()[:16]


def budgets(spec: Spec) -> dict[str, str]:
    """Today's budget hash of every run in grading.yml."""
    code = code_digest(folders=("assignment/training", "assignment/torch_models"))
    return {name: budget_hash(block, code) for name, block in spec.training.items()}


def read_rows(path: Path) -> list[Row]:
    """The rows of a file; none if there is no file. A last line that was cut off is left out."""
    if not path.exists():
        return []
    lines = path.read_text("utf-8").splitlines(keepends=True)
    whole = lines if not lines or lines[-1].endswith("\n") else lines[:-1]
    try:
        return [Row.model_validate_json(line) for line in whole]
    except ValueError as error:
        raise AutograderError(f"{path}: not the rows of a calibration ({error}). Delete the file.") from None


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """The whole file anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, "".join(row.model_dump_json() + "\n" for row in rows))


def append_row(path: Path, row: Row) -> None:
    """One more line."""
    with path.open("a", encoding="utf-8") as file:
        file.write(row.model_dump_json() + "\n")
