"""Reads an attack: a piece of a submission whose docstring says what it tries and how it must end.

    Gain: what its author would have of it.
    Hits: the functions or criteria that get nothing for it; `nothing` if the submission keeps all of its marks.
    Perhaps: what it also costs where a rare question is asked, which some seeds need.
    Ends: patterns of status, of cause (after a comma; default: none) and of message (after a colon) of what it hits.
    File: where in the submission it stands (default: the file of the function that it defines).
    Flag: the kind of flag that calls a person, where there must be one.

Its text is put at the end of that file of the model solution, where a later definition wins; another file is added.
Nothing here imports or runs it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.assignment.stand_ins import WRITTEN
from autograder.data import embedded

FOLDER = Path(__file__).parent / "attacks"
FIELDS = ("Gain", "Hits", "Perhaps", "Ends", "File", "Flag")


@dataclass(frozen=True)
class Attack:
    """One file below `attacks/`; `name` is its path there, without the suffix."""

    name: str
    text: str
    tries: str
    gain: str
    hits: tuple[str, ...]
    perhaps: str | None
    status: str
    cause: str
    message: str
    file: str
    flag: str | None

    @property
    def folder(self) -> str:
        return self.name.partition("/")[0]

    def hit(self, criterion: str) -> bool:
        """Whether this criterion gets nothing."""
        return criterion in self.hits or criterion.partition(".")[0] in self.hits

    def submission(self, solution: Mapping[str, bytes], target: str) -> dict[str, bytes]:
        """The model solution with the attack in it. `target`: what its author is taken to know of the machine."""
        before = solution.get(self.file, b"")
        digits = (
            {"generative/digits_from_the_web.py": _digits()} if "digits_from_the_web" in self.text else {}
        )
        return {
            **solution,
            **digits,
            "generative/target.py": target.encode(),
            self.file: (before + b"\n\n" if before else b"") + self.text.encode(),
        }


def read(path: Path) -> Attack:
    """The attack in this file; ValueError if its docstring does not declare it."""
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    told, fields = _fields(ast.get_docstring(tree) or "")
    ends, _, message = fields.get("Ends", "").partition(":")
    status, _, cause = (part.strip() for part in ends.partition(","))
    hits = tuple(name.strip() for name in fields.get("Hits", "").split(",") if name.strip() != "nothing")
    if not (told and fields.get("Gain") and "Hits" in fields and (status or not hits)):
        raise ValueError(f"{path}: the docstring must say what it tries, Gain, Hits and Ends")
    return Attack(
        name=path.relative_to(FOLDER).with_suffix("").as_posix(),
        text=text,
        tries=told,
        gain=fields["Gain"],
        hits=hits,
        perhaps=fields.get("Perhaps"),
        status=status,
        cause=cause or "None",
        message=message.strip(),
        file=fields.get("File") or _file_of(tree, path),
        flag=fields.get("Flag"),
    )


@cache
def _digits() -> bytes:
    """The held-out digits as a module: everybody can have them."""
    raw = (Path(embedded.__file__).parent / "t10k-images-idx3-ubyte.bz2").read_bytes()
    return f"import bz2\n\nPIXELS = bz2.decompress({raw!r})[16:]\n".encode()


@cache
def attacks() -> tuple[Attack, ...]:
    """All attacks, by their names."""
    return tuple(read(path) for path in sorted(FOLDER.rglob("*.py")))


def _fields(docstring: str) -> tuple[str, dict[str, str]]:
    """What stands before the first field, and the fields; a field may go on in the next lines."""
    told, *rest = re.split(rf"^({'|'.join(FIELDS)}):", docstring, flags=re.MULTILINE)
    values = [" ".join(value.split()) for value in rest[1::2]]
    return " ".join(told.split()), dict(zip(rest[::2], values, strict=True))


def _file_of(tree: ast.Module, path: Path) -> str:
    """The student's file of the first function or class of the sheet that is defined here."""
    defined = [n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    for known in WRITTEN:
        if known.name in defined:
            return known.module.replace(".", "/") + ".py"
    raise ValueError(f"{path}: defines no function of the sheet, so its docstring must name the File")
