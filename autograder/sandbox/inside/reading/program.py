"""The request `read`: what the rules find in the files that are graded, before any of them is imported."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.sandbox.inside.reading import rules
from autograder.sandbox.inside.reading.reached import reached
from autograder.sandbox.inside.serve import Answer, Emit, Handler, Received

MOST_FINDINGS = 20  # of one kind


def read(request: Received, emit: Emit) -> Answer:
    """`files`: those that are imported; `ours`: those that are not the student's; `graded`: the names that are asked for.

    Values: `findings`, `read`, `closed`. Read are the files and what they import, but for ours. findings: [kind, file, line,
    text], the first of each kind. closed: whether these files import no other one in a way that reading does not see; then
    no other one is there any more.
    """
    files, ours = request.submission.files, frozenset(request.params["ours"])
    trees = reached(files, request.params["files"], ours)
    given = {name: files[name] for name in ours if name in files}
    found = rules.look(trees, given, files, frozenset(request.params["graded"]))
    first = [
        [kind, finding.file, finding.line, finding.text]
        for kind in dict.fromkeys(finding.kind for finding in found)
        for finding in [one for one in found if one.kind == kind][:MOST_FINDINGS]
    ]
    closed = {finding.kind for finding in found} <= rules.WITHIN_THE_LANGUAGE
    if closed:
        request.submission.keep({*trees, *ours})
    return {"findings": first, "read": sorted(trees), "closed": closed}, {}


HANDLERS: Mapping[str, Handler] = {"read": read}
