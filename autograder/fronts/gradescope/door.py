"""`autograder export DIR --to gradescope`: results.json of every submission, as its container would have written it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from autograder.fronts.gradescope.metadata import Metadata
from autograder.fronts.gradescope.results import results_json
from autograder.fronts.request import Export
from autograder.results.classroom import read_class
from autograder.results.store import write_whole


def gradescope(request: Export) -> str:
    """Write `NAME/results.json` for each submission, people's marks included; the text to print."""
    classroom = read_class(request.folder)
    out, now = request.place("gradescope"), datetime.now(UTC)
    for record in classroom.records:
        marks = classroom.standing.of(record.name)
        content = results_json(record.result, request.spec, marks, Metadata(), now)
        path = out / record.name / "results.json"
        write_whole(path, json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))
    return f"Gradescope  {out}: results.json of {len(classroom.records)} submissions"
