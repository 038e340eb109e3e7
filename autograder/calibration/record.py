"""The rows of a calibration: one line of JSON for each run, appended as soon as it is measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from autograder.assignment.training.gan_settings import GanSettings, SaturationSettings
from autograder.assignment.training.gates import RunSettings
from autograder.assignment.training.vae_settings import VaeSettings
from autograder.errors import AutograderError
from autograder.results.store import write_whole
from autograder.spec import Spec
from autograder.spec.hashes import PACKAGE, training_digest

SETTINGS: Mapping[str, type[RunSettings]] = {
    settings.RUN: settings for settings in (VaeSettings, GanSettings, SaturationSettings)
}

_NO_NUMBERS = ("gates", "vae_messages", "gan_messages", "vae_settings", "gan_settings", "progress", "png")
_NO_RUN = ("known", "calls_program", "make_judge")
_OF_OTHERS = {"vae": ("gan", "saturation"), "gan": ("vae", "saturation"), "saturation": ("vae",)}
"""Code of training that no number of a run depends on, by the beginning of a file's name: texts and gates, programs
without training, and what belongs to another run. The settings count as the budget."""


class Row(BaseModel):
    """One run of one variant with one seed."""

    model_config = ConfigDict(frozen=True)

    run: str
    budget: str  # as in the gates of grading.yml
    code: str  # hash of the code that trains, judges and is trained
    data: str
    data_sha256: str
    device: str
    variant: str
    kind: str  # reference, fresh, other or bug
    seed: int
    status: str
    message: str
    values: dict[str, float]
    seconds: float

    @property
    def key(self) -> tuple[str, ...]:
        """What would be measured: a row with this key need not be measured again."""
        return (self.run, self.budget, self.code, self.data_sha256, self.device, self.variant, str(self.seed))

    @property
    def place(self) -> tuple[str, str, str]:
        """Where a gate holds."""
        return (self.run, self.data, self.device)


def budgets(spec: Spec) -> dict[str, str]:
    """Today's budget of every run in grading.yml."""
    return {name: SETTINGS[name].of(block).budget for name, block in spec.training.items()}


def codes(package: Path = PACKAGE) -> dict[str, str]:
    """Today's hash, for every run, of the code on which its numbers depend."""
    return {
        run: training_digest((*_NO_NUMBERS, *_NO_RUN, *others), package)[:16]
        for run, others in _OF_OTHERS.items()
    }


def is_todays(row: Row, budget: Mapping[str, str], code: Mapping[str, str]) -> bool:
    """Whether a row was measured with today's budget and code."""
    return row.budget == budget.get(row.run) and row.code == code.get(row.run)


def read_rows(path: Path) -> list[Row]:
    """The rows of a file; none if there is no file. A last line that was cut off is left out."""
    if not path.exists():
        return []
    lines = path.read_text("utf-8").splitlines(keepends=True)
    whole = lines if not lines or lines[-1].endswith("\n") else lines[:-1]
    try:
        return [Row.model_validate_json(line) for line in whole]
    except ValidationError as error:
        raise AutograderError(f"{path}: not the rows of a calibration ({error}). Delete the file.") from None


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """The whole file anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, "".join(row.model_dump_json() + "\n" for row in rows))


def append_row(path: Path, row: Row) -> None:
    """One more line."""
    with path.open("a", encoding="utf-8") as file:
        file.write(row.model_dump_json() + "\n")
