"""Which texts students must never get: solved code, model answers, and the hidden checks.

Texts are compared without their white space, so that new indentation or line breaks hide nothing, and comments apart
from the code beside them.

- A line of solved code counts from CODE characters on if it holds a name. From TELLING characters on it is a secret
  even where the source itself also has it outside its marks: pasted there, it gives the solution away. A shorter one
  (`x = x.flatten(1)`), an import or the head of a definition may be given code as well, and is a secret only if it
  stands inside marks alone.
- A line or sentence of a model answer counts from PROSE characters on, unless the source says the same elsewhere.
- Of the hidden checks every line of TELLING characters or more counts, by the same two rules: code always, text unless
  the source says the same. Code in the folders TRAINING may repeat given code (a training loop is a training loop), so
  there the rule for text holds.
"""

import ast
import keyword
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from autograder.authoring.cells import read_cells, split_cell
from autograder.authoring.marks import find_regions, split_lines
from autograder.authoring.trees import Tree

CODE, PROSE, TELLING = 8, 20, 30
TRAINING = frozenset({"training", "torch_models"})
HEAD = re.compile(r"(from|import|def|async def|class)\b|@")
NAME = re.compile(r"[^\W\d]\w*")
SENTENCE_END = re.compile(r"(?<=[.!?])[*_]*\s+")


@dataclass(frozen=True)
class Secret:
    """A text without its white space, as it is written, and where; `anywhere`: also inside other text."""

    squeezed: str
    text: str
    origin: str
    anywhere: bool


@dataclass(frozen=True)
class Passage:
    """A stretch of lines of one kind, and where: `place` followed by the number `first`."""

    kind: Literal["public", "code", "prose"]
    place: str
    first: int
    lines: tuple[str, ...]


def squeeze(text: str) -> str:
    """The text without white space."""
    return "".join(text.split())


def pieces(line: str) -> list[str]:
    """Code, then comments, of one line, without white space, prompts and outer quotes.

    So commented-out code equals the code, and a docstring equals its text.
    """
    return [squeeze(piece).removeprefix(">>>").strip("\"'") for piece in line.split("#")]


def source_passages(source: Tree) -> Iterator[Passage]:
    """The whole source, cut at its marks."""
    for path, content in source.items():
        if path.endswith(".py"):
            yield from _python_passages(content, path)
        elif path.endswith(".ipynb"):
            for cell in read_cells(content, path):
                solved: Literal["code", "prose"] = "code" if cell.kind == "code" else "prose"
                for is_solved, group in groupby(split_cell(cell), key=lambda line: line.solved):
                    lines = list(group)
                    kind = solved if is_solved else "public"
                    yield Passage(kind, f"{cell.place}, line ", lines[0].number, tuple(x.text for x in lines))
        else:
            text = content.decode(errors="replace")
            yield Passage("public", f"{path}:", 1, tuple(text.split("\n")))


def _python_passages(content: bytes, path: str) -> Iterator[Passage]:
    lines, place, start = split_lines(content, path), f"{path}:", 0
    for region in find_regions(content, path):
        yield Passage("public", place, start + 1, tuple(lines[start : region.begin - 1]))
        yield Passage("code", place, region.begin + 1, tuple(lines[region.begin : region.end - 1]))
        start = region.end
    yield Passage("public", place, start + 1, tuple(lines[start:]))


def find_secrets(source: Tree, hidden: Tree) -> list[Secret]:
    """Every secret of the source and of the files of the hidden checks, by the rules above."""
    passages = list(source_passages(source))
    public = _Public(passage for passage in passages if passage.kind == "public")
    found = [
        secret
        for passage in passages
        if passage.kind != "public"
        for secret in (_code(passage, public) if passage.kind == "code" else _prose(passage, public))
    ]
    for path, content in hidden.items():
        found += _hidden(path, content, public)
    return found


class _Public:
    """What the source says outside its marks."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        texts = [passage.lines for passage in passages]
        self.pieces = {piece for lines in texts for line in lines for piece in pieces(line)}
        self.text = "\0".join(squeeze("".join(lines)) for lines in texts)


def _code(passage: Passage, public: _Public) -> Iterator[Secret]:
    for number, line in enumerate(passage.lines, start=passage.first):
        for index, (piece, written) in enumerate(zip(pieces(line), line.split("#"), strict=True)):
            named = any(not keyword.iskeyword(name) for name in NAME.findall(written))
            if len(piece) < CODE or not named:
                continue
            if (index == 0 and _tells(piece, line)) or not _said(piece, public):
                yield Secret(piece, line.strip(), f"{passage.place}{number}", len(piece) >= TELLING)


def _prose(passage: Passage, public: _Public) -> Iterator[Secret]:
    paragraphs = "\n".join(passage.lines).split("\n\n")
    sentences = [sentence for paragraph in paragraphs for sentence in SENTENCE_END.split(paragraph)]
    for text in dict.fromkeys([*passage.lines, *sentences]):
        squeezed = squeeze(text)
        if len(squeezed) >= PROSE and squeezed not in public.text:
            yield Secret(squeezed, " ".join(text.split()), f"{passage.place}{passage.first}", anywhere=True)


def _hidden(path: str, content: bytes, public: _Public) -> Iterator[Secret]:
    text = content.decode(errors="replace")
    strict = path.endswith(".py") and not TRAINING.intersection(path.split("/"))
    docstrings = _docstring_lines(text) if strict else set()
    for number, line in enumerate(text.split("\n"), start=1):
        for index, piece in enumerate(pieces(line)):
            code = strict and index == 0 and number not in docstrings
            if len(piece) >= TELLING and ((code and _tells(piece, line)) or not _said(piece, public)):
                yield Secret(piece, line.strip(), f"{path}:{number}", anywhere=True)


def _tells(piece: str, line: str) -> bool:
    return len(piece) >= TELLING and not HEAD.match(line.strip())


def _said(piece: str, public: _Public) -> bool:
    return piece in public.pieces or (len(piece) >= TELLING and piece in public.text)


def _docstring_lines(text: str) -> set[int]:
    return {
        number
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
