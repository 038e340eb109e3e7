"""Files as editors and systems write them cost nothing; files that would shadow a library or run by themselves do nothing.

On the real sheet, all in one class run without training. The oracle: the model solution has full marks.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.engine.classrun import grade_class
from autograder.results.model import Result
from autograder.sandbox import Zygote
from tests.commands.course import SOLVED
from tests.submission.packing import put_folder

CODE = [name for name in SOLVED if name.startswith("generative/") and name.endswith(".py")]
NOTEBOOK = "generative_models.ipynb"


def rewritten(change: Callable[[bytes], bytes]) -> dict[str, bytes]:
    """The model solution with every source file written in another way."""
    return {name: change(content) if name in CODE else content for name, content in SOLVED.items()}


def in_file(name: str, change: Callable[[bytes], bytes]) -> dict[str, bytes]:
    path = f"generative/{name}"
    return {**SOLVED, path: change(SOLVED[path])}


def with_tabs(source: bytes) -> bytes:
    lines = source.split(b"\n")
    return b"\n".join(b"\t" * ((len(x) - len(x.lstrip(b" "))) // 4) + x.lstrip(b" ") for x in lines)


LATIN = "\n# größe\n".encode("latin-1")
WRONG = b"raise SystemExit('a file that nobody asked for was run')\n"
SHADOWS = dict.fromkeys(
    (
        *(
            "torch.py",
            "torch/__init__.py",
            "numpy/__init__.py",
            "safetensors.py",
            "typing.py",
            "math.py",
            "os.py",
        ),
        *("sitecustomize.py", "usercustomize.py", "conftest.py", "setup.py", "__init__.py", "__main__.py"),
        *("autograder/__init__.py", "autograder/sandbox/inside/calls.py", "encodings/__init__.py"),
        *("generative/conftest.py", "generative/torch.py", "generative/sitecustomize.py"),
    ),
    WRONG,
)
HARMLESS: dict[str, Mapping[str, bytes]] = {
    "windows": rewritten(lambda source: source.replace(b"\n", b"\r\n")),
    "oldmac": rewritten(lambda source: source.replace(b"\n", b"\r")),
    "bom": rewritten(lambda source: b"\xef\xbb\xbf" + source),
    "tabs": rewritten(with_tabs),
    "latin": rewritten(lambda source: b"# -*- coding: latin-1 -*-\n" + source.rstrip(b"\n") + LATIN),
    "shadows": {**SOLVED, **SHADOWS, "hook.pth": b"import os; os._exit(3)\n", "pytest.ini": b"[pytest]\n"},
    "notjson": {**SOLVED, NOTEBOOK: SOLVED[NOTEBOOK][:-300]},
    "nonsense": {**SOLVED, NOTEBOOK: b"\xff\xfe\x00" * 1000},
    "nested": {**SOLVED, NOTEBOOK: b'{"cells": ' + b"[" * 200_000},
    "number": {**SOLVED, NOTEBOOK: b'{"cells": [{"source": ' + b"9" * 100_000 + b"}]}"},
    "types": {
        **SOLVED,
        NOTEBOOK: b'{"cells": [7, null, {"metadata": {"nbgrader": []}, "source": {"a": [1]}}]}',
    },
    "values": {**SOLVED, NOTEBOOK: b'{"cells": [' + b"[]," * 5_100_000 + b"[]]}"},
}
FAULTY: dict[str, tuple[Mapping[str, bytes], str]] = {
    "undeclared": (
        in_file("divergence.py", lambda source: source + LATIN),
        "generative/divergence.py cannot be imported: UnicodeDecodeError: 'utf-8' codec can't decode byte 0xf6",
    ),
    "utf16": (
        in_file("divergence.py", lambda source: source.decode().encode("utf-16")),
        "generative/divergence.py cannot be imported: SyntaxError: source code cannot contain null bytes",
    ),
    "nul": (
        in_file("divergence.py", lambda source: source + b"\0"),
        "generative/divergence.py cannot be imported: SyntaxError: source code cannot contain null bytes",
    ),
    "mixed": (
        in_file("divergence.py", lambda source: source + b"\ndef f():\n\tif True:\n        pass\n"),
        "generative/divergence.py cannot be imported: TabError: inconsistent use of tabs",
    ),
    "empty": (
        in_file("divergence.py", lambda source: b""),
        "generative/divergence.py does not define kl_normal",
    ),
}


@pytest.fixture(scope="module")
def results(course: Path, zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    folder = tmp_path_factory.mktemp("odd")
    every = {**HARMLESS, **{name: files for name, (files, _) in FAULTY.items()}}
    names = {put_folder(folder / name, files): name for name, files in every.items()}
    done = grade_class(names, Course(course).bench(zygote, None), folder / "out")
    for name in every:
        assert isinstance(json.loads((folder / "out" / name / "answers.json").read_bytes()), dict)
    return {each.name: each.result for each in done}


@pytest.mark.parametrize("name", HARMLESS)
def test_how_a_file_is_written_and_what_lies_beside_it_costs_nothing(
    results: dict[str, Result], name: str
) -> None:
    result = results[name]
    assert (result.status, result.score, result.graded_max) == ("graded", 55, 55)


@pytest.mark.parametrize("name", FAULTY)
def test_a_file_that_python_cannot_read_costs_its_own_functions_and_says_why(
    results: dict[str, Result], name: str
) -> None:
    result, words = results[name], FAULTY[name][1]
    own = [
        c
        for q in result.questions
        for c in q.criteria
        if c.id.startswith(("kl_normal", "kl_standard_normal"))
    ]
    auto = [c for q in result.questions for c in q.criteria if c.kind != "training"]
    assert {c.id for c in auto if c.status != "passed"} == {c.id for c in own if c.kind != "training"}
    assert all(c.message.startswith(words) for c in own if c.id.startswith("kl_normal"))
