"""Written answers, read from the submitted notebook as plain JSON: text for people, never executed or rendered."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

NOTEBOOK_BYTES = 64 * 2**20
ANSWER_CHARACTERS = 200_000
WRITTEN_SUFFIXES = (".pdf", ".png", ".jpg", ".jpeg")


def written_answers(notebook: bytes, files: Mapping[str, bytes] | None = None) -> dict[str, str]:
    """Question id → text of the answer.

    A cell answers the question that its `metadata.nbgrader.grade_id` names; cells with the same id (copies that a
    student made) are joined. Images attached to a cell, and `written/9-1a.pdf` (png, jpg) among `files` for the
    question `9-1a-written`, are named in the text with their size and hash, so that another picture is
    another answer. A notebook that is too large or broken has no answers; that is no error.
    """
    answers: dict[str, list[str]] = {}
    for cell in _cells(notebook):
        question = _grade_id(cell)
        if question:
            answers.setdefault(question, []).extend([_source(cell), *_attachments(cell)])
    for path, content in sorted((files or {}).items()):
        folder, _, name = path.rpartition("/")
        stem, dot, suffix = name.rpartition(".")
        if folder == "written" and (dot + suffix).lower() in WRITTEN_SUFFIXES:
            answers.setdefault(f"{stem}-written", []).append(_named("file", path, content))
    return {question: _joined(parts) for question, parts in answers.items()}


def answer_sha256(answer: str) -> str:
    """The hash that ties a mark to the answer it was given for."""
    return hashlib.sha256(answer.encode()).hexdigest()


def _cells(notebook: bytes) -> list[dict[str, Any]]:
    if len(notebook) > NOTEBOOK_BYTES:
        return []
    try:
        cells = json.loads(notebook)["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []


def _grade_id(cell: dict[str, Any]) -> str:
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return grade_id if isinstance(grade_id, str) else ""


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source")
    if isinstance(source, list):  # the format allows a list of lines
        source = "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def _attachments(cell: dict[str, Any]) -> list[str]:
    attachments = cell.get("attachments")
    if not isinstance(attachments, dict):
        return []
    return [
        _named("attachment", name, _decoded(content))
        for name, bundle in sorted(attachments.items())
        if isinstance(bundle, dict)
        for content in bundle.values()
        if isinstance(content, str)
    ]


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode(content)
    except (binascii.Error, ValueError):
        return content.encode("utf-8", "replace")


def _named(kind: str, name: str, content: bytes) -> str:
    kilobytes = max(1, round(len(content) / 1000))
    return f"[{kind}: {name}, {kilobytes} kB, sha256 {hashlib.sha256(content).hexdigest()[:16]}]"


def _joined(parts: list[str]) -> str:
    """One text of bounded length that UTF-8 can hold (JSON may smuggle in lone surrogates)."""
    text = "\n\n".join(part for part in parts if part).encode("utf-8", "replace").decode()
    return (
        text if len(text) <= ANSWER_CHARACTERS else text[:ANSWER_CHARACTERS] + "\n[cut: the answer is longer]"
    )
