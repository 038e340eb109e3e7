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
from itertools import islice
from typing import Any, Literal

from autograder.results.papers import Paper, pages_in_order, paper_question

NOTEBOOK_BYTES = 32 * 2**20  # one emoji makes them eight times as many in memory
NOTEBOOK_VALUES = 1_000_000  # each takes a few bytes in a file and up to 150 in memory
ANSWER_CHARACTERS = 200_000
PAPERS = 100  # of one answer; more of them are told in one sentence
TOO_LARGE = "[the notebook is too large to be read here: open it in the submission itself; sha256 {sha256}]"

# Colab keeps a pasted image inside the text of its cell: ![name](data:image/png;base64,iVBOR…)
_EMBEDDED = re.compile(r"data:image/[a-z.+-]{1,20};base64,([A-Za-z0-9+/]{64,}={0,2})")


@dataclass(frozen=True)
class Answer:
    """What a student gave to one question."""

    text: str  # as people read it; names every paper with its size and hash, so that another photo is another answer
    papers: tuple[Paper, ...] = ()


def written_answers(
    notebook: bytes, files: Mapping[str, bytes], questions: Collection[str]
) -> dict[str, Answer]:
    """Question id → its answer, for those of `questions` that have one.

    A cell answers the question that its `metadata.nbgrader.grade_id` names; cells with the same id (copies that a
    student made) are joined. Papers are the images attached to such a cell or embedded in its text, and those of
    `files` that are named after the question. A broken notebook has no answers; that is no error. One that is too
    large says so in the place of every answer, to whoever marks it.
    """
    gathered: dict[str, _Gathered] = {}
    if _is_large(notebook):
        told = TOO_LARGE.format(sha256=hashlib.sha256(notebook).hexdigest())  # another one is another answer
        gathered = {question: _Gathered([told]) for question in questions}
        notebook = b""
    for cell in _cells(notebook) or ():
        question = grade_id_of(cell)
        if question in questions:
            source = source_of(cell)
            answer = gathered.setdefault(question, _Gathered())
            answer.texts.append(_EMBEDDED.sub("shown below", source))
            answer.add("attachment", _embedded(source))
            answer.add("attachment", _attachments(cell))
    for path in pages_in_order(files):
        if named := paper_question(path, questions):
            gathered.setdefault(named, _Gathered()).add("file", iter([(path, files[path])]))
    return {question: answer.answer() for question, answer in gathered.items()}


def is_notebook(content: bytes) -> bool:
    """Whether these bytes are a notebook whose cells can be read, or one that is too large to try."""
    return _is_large(content) or _cells(content) is not None


def answer_sha256(answer: str) -> str:
    """The hash that ties a mark to the answer it was given for."""
    return hashlib.sha256(answer.encode()).hexdigest()


def _is_large(notebook: bytes) -> bool:
    return len(notebook) > NOTEBOOK_BYTES or sum(map(notebook.count, (b"[", b"{", b","))) > NOTEBOOK_VALUES


def _cells(notebook: bytes) -> list[dict[str, Any]] | None:
    """None if it is no notebook."""
    try:
        cells = json.loads(notebook)["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else None


def grade_id_of(cell: Mapping[str, Any]) -> str:
    """What nbgrader calls the cell; empty if it has no name for it, whatever else stands there."""
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return grade_id if isinstance(grade_id, str) else ""


def source_of(cell: Mapping[str, Any]) -> str:
    """The text of a cell; empty if it is none."""
    source = cell.get("source")
    if isinstance(source, list):  # the format allows a list of lines
        source = "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def _embedded(source: str) -> Iterator[tuple[str, str]]:
    for number, found in enumerate(_EMBEDDED.finditer(source), start=1):
        yield f"image {number} in the text", found[1]


def _attachments(cell: dict[str, Any]) -> Iterator[tuple[str, str]]:
    attachments = cell.get("attachments")
    if not isinstance(attachments, dict):
        return
    for name in sorted(attachments):
        bundle = attachments[name]
        for content in bundle.values() if isinstance(bundle, dict) else ():
            if isinstance(content, str):
                yield name, content


def _decoded(content: str | bytes) -> bytes:
    if isinstance(content, bytes):
        return content
    try:
        return base64.b64decode(content)
    except (binascii.Error, ValueError):
        return _bytes(content)


def _bytes(text: str) -> bytes:
    """UTF-8; JSON may smuggle in lone surrogates, which it has no form for."""
    return text.encode("utf-8", "replace")


class _Gathered:
    """An answer in the making. Of very many papers the first are kept, the others counted and digested."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self.texts = list(texts)
        self._papers: list[Paper] = []
        self._more = 0
        self._rest = hashlib.sha256()

    def add(self, kind: Literal["file", "attachment"], found: Iterator[tuple[str, str | bytes]]) -> None:
        """Papers by name and content; text is base64."""
        for name, content in islice(found, PAPERS - len(self._papers)):
            self._papers.append(Paper(kind, name, _decoded(content)))
        for name, content in found:
            self._more += 1
            self._rest.update(_bytes(f"{name}\0{len(content)}\0"))
            self._rest.update(content if isinstance(content, bytes) else _bytes(content))

    def answer(self) -> Answer:
        """One text of bounded length that UTF-8 can hold, and the papers that are kept."""
        text = "\n\n".join(part for part in self.texts if part)
        if len(text) > ANSWER_CHARACTERS:
            text = text[:ANSWER_CHARACTERS] + "\n[cut: the answer is longer]"
        named = [str(paper) for paper in self._papers]
        if self._more:
            named.append(f"[and {self._more} more, sha256 {self._rest.hexdigest()}]")
        return Answer(_bytes("\n\n".join([*filter(None, [text]), *named])).decode(), tuple(self._papers))
