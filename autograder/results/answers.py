"""Written answers, read from the submitted notebook as plain JSON, and from files beside it.

Text is for people and never executed or rendered; what was written by hand stays bytes here, which nothing decodes.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.results.papers import Paper, pages_in_order, paper_question

NOTEBOOK_BYTES = 64 * 2**20
NOTEBOOK_VALUES = 5_000_000  # an empty list takes two bytes in a file and 64 in memory
ANSWER_CHARACTERS = 200_000
NAMED_PAPERS = 100

# Colab keeps a pasted image inside the text of its cell: ![name](data:image/png;base64,iVBOR…)
_EMBEDDED = re.compile(r"data:image/[a-z.+-]{1,20};base64,([A-Za-z0-9+/]{64,}={0,2})")


@dataclass(frozen=True)
class Answer:
    """What a student gave to one question."""

    text: str  # as people read it; names every paper with its size and hash, so that another photo is another answer
    papers: tuple[Paper, ...] = ()


def written_answers(
    notebook: bytes, files: Mapping[str, bytes] | None = None, questions: Collection[str] = ()
) -> dict[str, Answer]:
    """Question id → its answer.

    A cell answers the question that its `metadata.nbgrader.grade_id` names; cells with the same id (copies that a
    student made) are joined. Papers are the images attached to such a cell or embedded in its text, and those of
    `files` that are named after one of `questions`. A notebook that is too large or broken has no answers; that is
    no error.
    """
    texts: dict[str, list[str]] = {}
    papers: dict[str, list[Paper]] = {}
    for cell in _cells(notebook):
        question = _grade_id(cell)
        if question:
            text, embedded = _without_embedded(_source(cell))
            texts.setdefault(question, []).append(text)
            papers.setdefault(question, []).extend([*embedded, *_attachments(cell)])
    for path in pages_in_order(files or {}):
        if named := paper_question(path, questions):
            papers.setdefault(named, []).append(Paper("file", path, (files or {})[path]))
    return {
        question: Answer(
            _joined(texts.get(question, ()), papers.get(question, ())), tuple(papers.get(question, ()))
        )
        for question in dict.fromkeys([*texts, *papers])
    }


def answer_sha256(answer: str) -> str:
    """The hash that ties a mark to the answer it was given for."""
    return hashlib.sha256(answer.encode()).hexdigest()


def _cells(notebook: bytes) -> list[dict[str, Any]]:
    if len(notebook) > NOTEBOOK_BYTES or sum(map(notebook.count, (b"[", b"{", b","))) > NOTEBOOK_VALUES:
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


def _without_embedded(source: str) -> tuple[str, list[Paper]]:
    papers = [
        Paper("attachment", f"image {number} in the text", _decoded(found[1]))
        for number, found in enumerate(_EMBEDDED.finditer(source), start=1)
    ]
    return _EMBEDDED.sub("shown below", source), papers


def _attachments(cell: dict[str, Any]) -> Iterator[Paper]:
    attachments = cell.get("attachments")
    if not isinstance(attachments, dict):
        return
    for name, bundle in sorted(attachments.items()):
        for content in bundle.values() if isinstance(bundle, dict) else ():
            if isinstance(content, str):
                yield Paper("attachment", name, _decoded(content))


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode(content)
    except (binascii.Error, ValueError):
        return content.encode("utf-8", "replace")


def _joined(texts: Iterable[str], papers: Iterable[Paper]) -> str:
    """One text of bounded length that UTF-8 can hold (JSON may smuggle in lone surrogates)."""
    text = "\n\n".join(part for part in texts if part)
    if len(text) > ANSWER_CHARACTERS:
        text = text[:ANSWER_CHARACTERS] + "\n[cut: the answer is longer]"
    named = [str(paper) for paper in papers]
    if len(named) > NAMED_PAPERS:
        rest = hashlib.sha256("".join(named[NAMED_PAPERS:]).encode("utf-8", "replace")).hexdigest()
        named[NAMED_PAPERS:] = [f"[and {len(named) - NAMED_PAPERS} more, sha256 {rest}]"]
    return "\n\n".join([*filter(None, [text]), *named]).encode("utf-8", "replace").decode()
