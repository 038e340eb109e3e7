"""Two hashes of a grading run: one decides what must be executed again, the other what must be marked again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from autograder.spec.model import Spec

_EXECUTION = {"data", "limits", "training"}
PACKAGE = Path(__file__).resolve().parent.parent
_TRAINING = ("assignment/training", "assignment/torch_models")
_EXECUTED = ("engine", "sandbox", "assignment", "diagnosis")
# Known bugs are executed: a recognised one decides about credit. Equivalents only prove that the facts are fair.
_BANKS = ("assignment/bugs", "assignment/equivalents")
_WALL = ("sandbox", "engine")
# Equivalents are in no grading run, and what the rules of reading find decides no mark.
_NO_VERDICT = ("assignment/equivalents", "sandbox/inside/reading/rules")


def code_digest(package: Path = PACKAGE) -> str:
    """SHA-256 over the package's code that takes part in a verdict."""
    return _sha256_of_code(package, _deciding(package, _EXECUTED))


def training_digest(without: Collection[str], package: Path = PACKAGE) -> str:
    """SHA-256 over the code that trains and judges, but for the files whose name begins with one of `without`."""
    found = _code(package, _TRAINING)
    return _sha256_of_code(package, [p for p in found if not p.name.startswith(tuple(without))])


def wall_digest(package: Path = PACKAGE) -> str:
    """SHA-256 over the code that has to hold against a hostile submission."""
    return _sha256_of_code(package, _deciding(package, _WALL))


def bank_digest(package: Path = PACKAGE) -> str:
    """SHA-256 over the known bugs and the equivalents."""
    return _sha256_of_code(package, _code(package, _BANKS))


def _deciding(package: Path, folders: Iterable[str]) -> Iterable[Path]:
    """Their code, but for what has no part in any verdict."""
    unused = [package / folder for folder in _NO_VERDICT]
    return (p for p in _code(package, folders) if not any(p.is_relative_to(folder) for folder in unused))


def _code(package: Path, folders: Iterable[str]) -> Iterable[Path]:
    """Code, and the weights of the judges that stand beside it."""
    found = (path for folder in folders for path in sorted((package / folder).rglob("*")))
    return (path for path in found if path.suffix in (".py", ".safetensors"))


def _sha256_of_code(package: Path, paths: Iterable[Path]) -> str:
    return _sha256(
        part for p in paths for part in (p.relative_to(package).as_posix().encode(), p.read_bytes())
    )


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
