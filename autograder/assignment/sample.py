"""A make-believe class: model solutions with known bugs put in, stubs left, files lost.

Texts only: the bank of bugs is read and never imported.
"""

from __future__ import annotations

import ast
import io
import random
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from autograder.assignment import api
from autograder.assignment.bank import KnownBug, Text, known_bugs
from autograder.errors import AutograderError

Files = dict[str, bytes]

_NAMES = (
    "ada", "barbara", "carl", "dorothy", "edsger", "frances", "grace", "hedy", "ivan", "joan", "katherine", "lotfi",
    "mary", "niklaus", "olga", "peter", "radia", "shafi", "tony", "ursula", "vint", "wilhelm", "xia", "yann", "zhenya",
)  # fmt: skip
_FORMS = ("folder", "zip", "zip one level down", "tar.gz")


@dataclass(frozen=True)
class Made:
    """One submission of the class and what is wrong with it."""

    path: Path
    story: str
    bugs: tuple[str, ...]


def make_class(solutions: Path, release: Path, folder: Path, size: int, seed: int) -> list[Made]:
    """Write `size` submissions into `folder`; the same seed gives the same class.

    Of every twelve, two are right, one is the untouched release, one lacks a file, one has a syntax error, one
    never returns, and six have one to three known bugs.
    """
    if folder.exists() and any(folder.iterdir()):
        raise AutograderError(f"{folder} is not empty. Name a new folder for the class.")
    rng = random.Random(seed)
    solved, stubs = read_tree(solutions), read_tree(release)
    makers = _makers(solved, stubs, rng)
    made = []
    for index in range(size):
        name = _NAMES[index % len(_NAMES)] + (str(index // len(_NAMES) + 1) if index >= len(_NAMES) else "")
        files, story, bugs = makers[index % len(makers)]()
        form = _FORMS[index % len(_FORMS)]
        made.append(Made(_write(folder, name, form, files), story, bugs))
    return made


def with_text(files: Files, text: Text) -> Files:
    """The files with one function (or class) replaced by a text of a bank."""
    path = _file(text.function)
    replaced = _replaced(files[path].decode(), text.function, text.as_solution())
    return {**files, path: replaced.encode()}


def _file(function: str) -> str:
    """The file in which students write a function."""
    module: str = getattr(api, function).module
    return module.replace(".", "/") + ".py"


def read_tree(folder: Path) -> Files:
    """All files below a folder by their posix path."""
    if not folder.is_dir():
        raise AutograderError(f"{folder} does not exist. Run `autograder build` first.")
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and "__pycache__" not in p.parts
    }


def _makers(
    solved: Files, stubs: Files, rng: random.Random
) -> list[Callable[[], tuple[Files, str, tuple[str, ...]]]]:
    bank = _mixed(known_bugs(), rng)

    def right() -> tuple[Files, str, tuple[str, ...]]:
        return solved, "everything right", ()

    def untouched() -> tuple[Files, str, tuple[str, ...]]:
        return stubs, "the untouched release", ()

    def buggy(count: int) -> Callable[[], tuple[Files, str, tuple[str, ...]]]:
        def make() -> tuple[Files, str, tuple[str, ...]]:
            files, chosen = solved, _draw_bugs(bank, count)
            for bug in chosen:
                files = with_text(files, bug)
            names = tuple(bug.name for bug in chosen)
            return files, ", ".join(names), names

        return make

    def lost() -> tuple[Files, str, tuple[str, ...]]:
        name = rng.choice(["generative/gan.py", "generative/elbo.py", "generative_models.ipynb"])
        return {k: v for k, v in solved.items() if k != name}, f"{name} is missing", ()

    def syntax_error() -> tuple[Files, str, tuple[str, ...]]:
        path = rng.choice(["generative/divergence.py", "generative/gan.py"])
        return {**solved, path: solved[path] + b"\ndef unfinished(:\n"}, f"a syntax error in {path}", ()

    def endless() -> tuple[Files, str, tuple[str, ...]]:
        name = rng.choice(["kl_standard_normal", "discriminator_loss"])
        path = _file(name)
        source = f"def {name}(*args):\n    while True:\n        pass\n"
        return (
            {**solved, path: _replaced(solved[path].decode(), name, source).encode()},
            f"{name} never returns",
            (),
        )

    return [
        right, buggy(1), buggy(2), untouched, buggy(1), lost, buggy(1), syntax_error, buggy(3), endless, buggy(1), right,
    ]  # fmt: skip


def _mixed(bugs: Sequence[KnownBug], rng: random.Random) -> list[KnownBug]:
    """The bank in random order, going round the functions, so that a small class shows mistakes in many of them."""
    by_function: dict[str, list[KnownBug]] = {}
    for bug in rng.sample(bugs, len(bugs)):
        by_function.setdefault(bug.function, []).append(bug)
    rounds = zip_longest(*by_function.values())
    return [bug for one_each in rounds for bug in one_each if bug is not None]


def _draw_bugs(bank: list[KnownBug], count: int) -> Sequence[KnownBug]:
    """The next bugs of the shuffled bank, of different functions; the bank goes round."""
    chosen: list[KnownBug] = []
    for bug in list(bank):
        if all(bug.function != other.function for other in chosen):
            chosen.append(bug)
            bank.remove(bug)
            bank.append(bug)
        if len(chosen) == count:
            break
    return chosen


def _replaced(text: str, name: str, source: str) -> str:
    """`text` with the top-level definition of `name` replaced; imports that a known bug counts on come first."""
    tree = ast.parse(text)
    node = next(
        (n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == name), None
    )
    if node is None or node.end_lineno is None:
        raise AutograderError(f"the model solution defines no {name}. Run `autograder build` first.")
    lines = text.splitlines(keepends=True)
    head, tail = lines[: node.lineno - 1], lines[node.end_lineno :]
    imports = "import math\n\nimport torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n\n"
    future = sum(1 for n in tree.body[:2] if isinstance(n, ast.Expr) or _is_future(n))
    after = tree.body[future - 1].end_lineno or 0 if future else 0
    return "".join([*lines[:after], "\n", imports, *head[after:], source.rstrip() + "\n", *tail])


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _write(folder: Path, name: str, form: str, files: Files) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if form == "folder":
        target = folder / name
        for path, content in files.items():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_bytes(content)
        return target
    inside = "generative-models/" if form == "zip one level down" else ""
    if form == "tar.gz":
        target = folder / f"{name}.tar.gz"
        with tarfile.open(target, "w:gz") as tar:
            for path, content in files.items():
                entry = tarfile.TarInfo(path)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
        return target
    target = folder / f"{name}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(inside + path, content)
    return target
