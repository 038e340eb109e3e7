"""Secrets that stand in a tree which students get."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from autograder.authoring.secrets import PROSE, Secret, pieces, squeeze
from autograder.authoring.trees import Tree
from autograder.errors import CheckFailed

HIDDEN_PACKAGE = tuple(
    Secret(name, name, "the package of the hidden checks", anywhere=True)
    for name in ("autograder.assignment", "autograder/assignment")
)


@dataclass(frozen=True)
class Leak:
    """One secret found in `path`; `place` is a line of the file, or a part of the notebook and a line of it."""

    path: str
    place: str
    secret: Secret

    def __str__(self) -> str:
        return f"{self.path}, {self.place}: {self.secret.text!r} gives away {self.secret.origin}"


def find_leaks(tree: Tree, secrets: Iterable[Secret]) -> list[Leak]:
    """Every secret that the tree holds: in text files, and in the cells, outputs and metadata of notebooks.

    A long text is found anywhere; a short line of code only as a whole line, with or without a comment sign, because
    as a part of other code it means nothing.
    """
    known = {
        secret.squeezed: secret for secret in [*HIDDEN_PACKAGE, *secrets][::-1]
    }  # the first origin counts
    return [
        leak
        for path, content in tree.items()
        for part, text in _texts(path, content)
        for leak in _search(path, part, text, known)
    ]


def refuse_leaks(tree: Tree, secrets: Iterable[Secret]) -> None:
    """Raise CheckFailed, naming every leak, unless there is none."""
    leaks = find_leaks(tree, secrets)
    if leaks:
        lines = "\n".join(f"  {leak}" for leak in leaks)
        raise CheckFailed(
            f"Students would get {len(leaks)} secret(s); nothing was written.\n{lines}\n"
            "Put these lines between solution marks, or write the given text differently from the solution."
        )


def _search(path: str, part: str, text: str, known: dict[str, Secret]) -> Iterator[Leak]:
    lines = text.split("\n")
    squeezed_lines = [squeeze(line) for line in lines]
    whole = "".join(squeezed_lines)
    found: dict[Secret, int] = {}
    if (
        len(whole) >= PROSE
    ):  # no secret that counts anywhere is shorter: spares the many tiny strings of notebooks
        for secret in known.values():
            offset = whole.find(secret.squeezed) if secret.anywhere else -1
            if offset >= 0:
                found[secret] = _line_at(offset, squeezed_lines)
    for number, line in enumerate(lines, start=1):
        for piece in pieces(line):
            if piece in known:
                found.setdefault(known[piece], number)
    for secret, number in sorted(found.items(), key=lambda item: item[1]):
        yield Leak(path, f"{part}line {number}", secret)


def _line_at(offset: int, squeezed_lines: list[str]) -> int:
    """The number of the line that holds character `offset` of the joined lines."""
    for number, line in enumerate(squeezed_lines, start=1):
        offset -= len(line)
        if offset < 0:
            return number
    raise ValueError("offset behind the last line")


def _texts(path: str, content: bytes) -> Iterator[tuple[str, str]]:
    """(part of the file, its text): a notebook cell by cell, then its metadata; any other file in one piece."""
    text = content.decode(errors="replace")
    if not path.endswith(".ipynb"):
        yield "", text
        return
    notebook = json.loads(text)
    for number, cell in enumerate(notebook.pop("cells"), start=1):
        for key, value in cell.items():
            yield from ((f"cell {number}, {key}, ", string) for string in _strings(value))
    yield from (("metadata, ", string) for string in _strings(notebook))


def _strings(value: Any) -> Iterator[str]:
    """All strings in a JSON value; Jupyter stores a long text as the list of its lines."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        yield "".join(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
