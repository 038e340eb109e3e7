"""Solution marks in Python files: where the solved regions are and what surrounds them.

    ### BEGIN SOLUTION 9-1 (a)
    …
    ### END SOLUTION

A region inside a function is the rest of that function after its docstring and names its exercise; a region at module
or class level needs no exercise. A mark is a comment on a line of its own.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from autograder.errors import AuthoringError

BEGIN = re.compile(r"### BEGIN SOLUTION(?: (?P<exercise>\S.*?))?")
END = re.compile(r"### END SOLUTION")
EXERCISE = re.compile(r"\d+-\d+ \([a-z]\)")
MARK_LIKE = re.compile(r"#\s*(?i:begin|end)[\s_-]*(?i:solution)|\b(BEGIN|END) SOLUTION")
"""Whatever a person may have meant as a mark. A mistyped mark would leave a solution in the release."""

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Definition: TypeAlias = Function | ast.ClassDef


@dataclass(frozen=True)
class Region:
    """Lines `begin` to `end` (the two marks, counted from 1) and the function they solve, if they stand in one."""

    begin: int
    end: int
    exercise: str | None
    function: str | None
    """Qualified name, for example `VAE.encode`; None at module or class level."""


def split_lines(content: bytes, path: str) -> list[str]:
    """The lines of a text file without their "\\n"; a "\\r" before it stays, so that joining gives the same bytes."""
    try:
        return content.decode().split("\n")
    except UnicodeDecodeError:
        raise AuthoringError(f"{path}: not UTF-8. Save the file as UTF-8.") from None


def find_regions(content: bytes, path: str) -> list[Region]:
    """All solution regions of a Python file, in order.

    Raises AuthoringError with file and line for every mark that cannot be followed.
    """
    lines = split_lines(content, path)
    if not any(MARK_LIKE.search(line) for line in lines):
        return []
    try:
        module = ast.parse(content)
    except SyntaxError as error:
        _refuse(path, error.lineno or 1, f"{error.msg}. Correct the Python code.")
    parents = _parents(module)
    return [
        _place(begin, end, exercise, parents, path)
        for begin, end, exercise in _pair(lines, _comment_lines(content), path)
    ]


def refuse_marks(content: bytes, path: str) -> None:
    """Raise AuthoringError if a file that is neither Python nor a notebook has a mark: nothing would follow it."""
    for number, line in enumerate(content.decode(errors="replace").split("\n"), start=1):
        if MARK_LIKE.search(line):
            _refuse(
                path, number, "marks are followed in .py and .ipynb files only. Move the solution into one."
            )


def _refuse(path: str, line: int, message: str) -> NoReturn:
    raise AuthoringError(f"{path}:{line}: {message}")


def _comment_lines(content: bytes) -> set[int]:
    """Lines that hold a comment and nothing else."""
    return {
        token.start[0]
        for token in tokenize.tokenize(io.BytesIO(content).readline)
        if token.type == tokenize.COMMENT and not token.line[: token.start[1]].strip()
    }


def _pair(lines: list[str], comments: set[int], path: str) -> Iterator[tuple[int, int, str | None]]:
    """(line of BEGIN, line of END, exercise) for every pair of marks."""
    opened: tuple[int, str | None] | None = None
    for number, line in enumerate(lines, start=1):
        if not MARK_LIKE.search(line):
            continue
        if number not in comments:
            _refuse(path, number, "a solution mark inside code or text. Give it a line of its own.")
        begin = BEGIN.fullmatch(line.strip())
        if begin and opened:
            _refuse(path, number, f"nested solution marks. Close the region of line {opened[0]} first.")
        elif begin:
            opened = number, begin["exercise"]
        elif not END.fullmatch(line.strip()):
            _refuse(
                path,
                number,
                f"{line.strip()!r} is not a mark. Write '### BEGIN SOLUTION 9-1 (a)' or '### END SOLUTION'.",
            )
        elif not opened:
            _refuse(path, number, "END SOLUTION without BEGIN SOLUTION. Remove it or open the region.")
        else:
            yield opened[0], number, opened[1]
            opened = None
    if opened:
        _refuse(path, opened[0], "this region is never closed. Write '### END SOLUTION' after the solution.")


def _parents(module: ast.Module) -> dict[ast.stmt, ast.AST]:
    """Every statement with the node it stands in."""
    return {
        child: node
        for node in ast.walk(module)
        for child in ast.iter_child_nodes(node)
        if isinstance(child, ast.stmt)
    }


def _place(begin: int, end: int, exercise: str | None, parents: dict[ast.stmt, ast.AST], path: str) -> Region:
    """The region with the function it solves, after checking that taking it out leaves a whole stub."""
    inside = [node for node in parents if begin < _first_line(node) < end]
    if not inside:
        _refuse(path, begin, "this region holds no code. Put the solution between its marks.")
    outermost = [node for node in inside if parents[node] not in inside]
    owner = parents[outermost[0]]
    if any(parents[node] is not owner for node in outermost) or any(
        (n.end_lineno or 0) > end for n in inside
    ):
        _refuse(
            path, begin, "this region cuts a statement in two. Move its marks to the borders of statements."
        )
    if isinstance(owner, ast.Module | ast.ClassDef):
        return Region(begin, end, exercise, None)
    if not isinstance(owner, Function):
        _refuse(path, begin, "this region stands in a nested block. Mark the whole rest of the function.")
    if owner.body[-1] is not outermost[-1]:
        _refuse(path, end, f"code follows the solution of {owner.name}. Move it between the marks.")
    if ast.get_docstring(owner) is None or owner.body[0] in inside:
        _refuse(path, begin, f"{owner.name} would have no docstring. Write one before BEGIN SOLUTION.")
    if exercise is None or not EXERCISE.fullmatch(exercise):
        _refuse(path, begin, "the mark does not name its exercise. Write '### BEGIN SOLUTION 9-1 (a)'.")
    return Region(begin, end, exercise, _qualified_name(owner, parents))


def _first_line(node: ast.stmt) -> int:
    decorators = node.decorator_list if isinstance(node, Definition) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _qualified_name(node: Definition, parents: dict[ast.stmt, ast.AST]) -> str:
    names = [node.name]
    owner = parents[node]
    while isinstance(owner, ast.stmt):
        if isinstance(owner, Definition):
            names.append(owner.name)
        owner = parents[owner]
    return ".".join(reversed(names))
