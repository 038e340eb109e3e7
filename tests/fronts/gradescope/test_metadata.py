"""submission_metadata.json, as the documentation shows it and as it may also be."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.fronts.gradescope.metadata import Metadata, read_metadata
from autograder.spec.model import Schedule

# gradescope/autograder_samples, docs/submission_metadata.md
DOCUMENTED = {
    "id": 123456,
    "created_at": "2018-07-01T14:22:32.365935-07:00",
    "assignment": {
        "due_date": "2018-07-31T23:00:00.000000-07:00",
        "group_size": 4,
        "group_submission": True,
        "id": 25828,
        "course_id": 1234,
        "late_due_date": None,
        "release_date": "2018-07-02T00:00:00.000000-07:00",
        "title": "Programming Assignment 1",
        "total_points": "20.0",
    },
    "submission_method": "upload",
    "users": [{"email": "student@example.com", "id": 1234, "name": "Student User"}],
    "previous_submissions": [],
}


def test_the_documented_file(tmp_path: Path) -> None:
    path = tmp_path / "submission_metadata.json"
    path.write_text(json.dumps(DOCUMENTED))
    metadata = read_metadata(path)
    assert metadata.id == 123456
    assert metadata.created_at == datetime(2018, 7, 1, 21, 22, 32, 365935, tzinfo=UTC)
    assert metadata.closes == datetime(2018, 8, 1, 6, tzinfo=UTC)
    assert metadata.late_seconds == 0


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"created_at": "yesterday"}'])
def test_a_submission_is_graded_without_metadata(tmp_path: Path, content: str) -> None:
    path = tmp_path / "submission_metadata.json"
    path.write_text(content)
    assert read_metadata(path) == Metadata() == read_metadata(tmp_path / "absent")


def test_the_later_due_date_counts() -> None:
    metadata = Metadata.model_validate(DOCUMENTED)
    early, late = datetime(2018, 7, 1, tzinfo=UTC), datetime(2018, 9, 1, tzinfo=UTC)
    assert metadata.schedule(Schedule(due=early)).due == metadata.closes
    assert metadata.schedule(Schedule(due=late)).due == late
    assert metadata.schedule(Schedule()).due == metadata.closes
    assert Metadata().schedule(Schedule(due=early)).due == early
    assert Metadata().schedule(Schedule()).due is None
