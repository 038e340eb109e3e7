"""The request `read`: what the rules find in the files that are graded, before any of them is imported."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.machinery import BuiltinImporter, PathFinder
from pathlib import PurePosixPath

from autograder.sandbox.inside.reading import changes, machinery, numbers
from autograder.sandbox.inside.reading.reached import imports
from autograder.sandbox.inside.reading.source import Finding, Source
from autograder.sandbox.inside.serve import Answer, Emit, Handler, Received

MOST_BYTES = 256 * 1024
"""Of one file: a person looks at a longer one anyway."""
MOST_FINDINGS = 20
UNREADABLE = "unreadable_code"


class Unread(Exception):
    """Why a file that Python may well import is not read."""


def read(request: Received, emit: Emit) -> Answer:
    """`files`: those that are imported; `ours`: those that are not the student's → `findings`: [kind, file, line, text].

    Read are the files and what they import, but for ours.
    """
    files, ours = request.submission.files, frozenset(request.params["ours"])
    tops = {PurePosixPath(name).parts[0].removesuffix(".py") for name in files.keys() - ours}
    own = frozenset(top for top in tops if not _of_python(top))
    waiting = [name for name in request.params["files"] if name in files]
    found: list[tuple[str, Finding]] = []
    for name in waiting:  # and what is added on the way
        if name in ours:
            continue
        try:
            source = _source(files[name])
        except Unread as unread:
            found.append((name, Finding(UNREADABLE, 1, str(unread))))
            continue
        except (SyntaxError, ValueError):  # fails its import as well
            continue
        waiting += [other for other in dict.fromkeys(imports(source, name, files)) if other not in waiting]
        seen = {*machinery.look(source, own), *changes.look(source), *numbers.look(source)}
        found += [(name, finding) for finding in sorted(seen, key=lambda f: (f.line, f.text))]
    first = [
        [kind, name, finding.line, finding.text]
        for kind in dict.fromkeys(finding.kind for _, finding in found)
        for name, finding in [one for one in found if one[1].kind == kind][:MOST_FINDINGS]
    ]
    return {"findings": first}, {}


def _of_python(name: str) -> bool:
    """Whether Python finds a library of this name first."""
    return bool(BuiltinImporter.find_spec(name) or PathFinder.find_spec(name))


def _source(content: bytes) -> Source:
    if len(content) > MOST_BYTES:
        raise Unread(f"longer than {MOST_BYTES // 1024} KiB")
    try:
        return Source(content)
    except (MemoryError, RecursionError):
        raise Unread("nested too deeply to be read") from None


HANDLERS: Mapping[str, Handler] = {"read": read}
