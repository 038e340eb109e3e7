"""`autograder export DIR --to gradescope`: results.json of every submission, as its container would have written it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from autograder.fronts.gradebook import held_back
from autograder.fronts.gradescope.metadata import Metadata
from autograder.fronts.gradescope.results import results_json
from autograder.fronts.request import Export
from autograder.results.classroom import read_class
from autograder.results.looks import is_held
from autograder.results.store import write_whole


def gradescope(request: Export) -> str:
    """Write `NAME/results.json` for each submission, people's marks included; the text to print.

    One that waits for a person's look has none, nor one that an earlier export has left there.
    """
    classroom = read_class(request.folder)
    out, now = request.place("gradescope"), datetime.now(UTC)
    held = []
    for record in classroom.records:
        marks = classroom.standing.of(record.name)
        path = out / record.name / "results.json"
        if is_held(record.result, marks):
            held.append(record.name)
            path.unlink(missing_ok=True)
            continue
        content = results_json(record.result, request.spec, marks, Metadata(), now)
        write_whole(path, json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))
    written = len(classroom.records) - len(held)
    return "\n".join([f"Gradescope  {out}: results.json of {written} submissions", *held_back(held)])
