"""Two hashes of a grading run: one decides what must be executed again, the other what must be marked again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from autograder.spec.model import Spec

_EXECUTION = {"data", "limits", "training"}
_PACKAGE = Path(__file__).resolve().parent.parent
_EXECUTED = ("engine", "sandbox", "assignment", "diagnosis")
# Known bugs explain a failure, they never decide one: a new sentence in the bank must not draw anyone's inputs anew.
_NOT_EXECUTED = ("bugs",)


def code_digest(package: Path = _PACKAGE) -> str:
    """SHA-256 over the package's code that takes part in a verdict."""
    digest = hashlib.sha256()
    for room in _EXECUTED:
        for path in sorted((package / room).rglob("*.py")):
            if not set(path.relative_to(package).parts) & set(_NOT_EXECUTED):
                digest.update(
                    path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0"
                )
    return digest.hexdigest()


def execution_hash(spec: Spec, given: Mapping[str, bytes], code: str) -> str:
    """Facts, engine, limits, budgets, data set, and the files that we give to every submission."""
    content = spec.model_dump(mode="json", include=_EXECUTION)
    parts: Iterable[bytes] = (
        json.dumps(content, sort_keys=True).encode(),
        code.encode(),
        *(name.encode() + b"\0" + data for name, data in sorted(given.items())),
    )
    return _sha256(parts)


def marking_hash(spec: Spec) -> str:
    """Points, credit, visibility, texts and dates."""
    return _sha256([json.dumps(spec.model_dump(mode="json", exclude=_EXECUTION), sort_keys=True).encode()])


def _sha256(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
