"""submission_metadata.json: what Gradescope says of a submission.

Source: gradescope/autograder_samples, docs/submission_metadata.md.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from autograder.spec.model import Schedule


class Dates(BaseModel):
    """The dates of an assignment as Gradescope keeps them; a late due date comes after the due date."""

    model_config = ConfigDict(extra="ignore")

    due_date: AwareDatetime | None = None
    late_due_date: AwareDatetime | None = None


class Metadata(BaseModel):
    """The fields that matter here; all are absent where there is no metadata."""

    model_config = ConfigDict(extra="ignore")

    id: int | str = ""
    created_at: AwareDatetime | None = Field(
        None, description="when it was handed in: the same on every rerun"
    )
    assignment: Dates = Dates()

    @property
    def late_seconds(self) -> int:
        """How long after the due date it was handed in; 0 in time, or where a date is not known."""
        due, created = self.assignment.due_date, self.created_at
        return max(0, round((created - due).total_seconds())) if due and created else 0

    @property
    def closes(self) -> datetime | None:
        """From when on nobody may hand in any more."""
        return self.assignment.late_due_date or self.assignment.due_date

    def schedule(self, own: Schedule) -> Schedule:
        """grading.yml's dates joined with Gradescope's: expected numbers wait for the later of the due dates."""
        return own.model_copy(update={"due": max(filter(None, [own.due, self.closes]), default=None)})


def read_metadata(path: Path) -> Metadata:
    """The metadata in a file; none if it is not there or not as documented (the file is Gradescope's alone)."""
    try:
        content: Any = path.read_bytes()
        return Metadata.model_validate_json(content)
    except (OSError, ValidationError):
        return Metadata()
