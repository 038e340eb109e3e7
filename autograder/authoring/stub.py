"""A solved Python file as students get it, and as its readers get the solution."""

import ast
from collections.abc import Iterable
from itertools import takewhile

from autograder.authoring.marks import Region, find_regions, split_lines
from autograder.errors import AuthoringError


def make_stub(content: bytes, path: str) -> bytes:
    """Every solved region replaced by `raise NotImplementedError("<function>: exercise 9-1 (a)")`.

    Regions at module or class level leave nothing behind. All other bytes stay as they are, line ends included.
    Raises AuthoringError if what is left is not a Python file.
    """
    lines = split_lines(content, path)
    for region in reversed(find_regions(content, path)):
        start, stop = region.begin - 1, region.end
        if region.function is None:  # of the blank lines before and after the region, the longer run stays
            stop += min(_blank_run(reversed(lines[:start])), _blank_run(lines[stop:]))
        lines[start:stop] = _replacement(region, lines[start])
    stub = "\n".join(lines).encode()
    try:
        ast.parse(stub)
    except SyntaxError as error:
        raise AuthoringError(
            f"{path}: without its solutions this is not Python ({error.msg}; line {error.lineno} of the stub). "
            "Leave a statement outside the marks."
        ) from None
    return stub


def make_solved(content: bytes, path: str) -> bytes:
    """The file without the lines of its marks."""
    lines = split_lines(content, path)
    for region in reversed(find_regions(content, path)):
        del lines[region.end - 1], lines[region.begin - 1]
    return "\n".join(lines).encode()


def _blank_run(lines: Iterable[str]) -> int:
    """How many blank lines come first."""
    return sum(1 for _ in takewhile(lambda line: not line.strip(), lines))


def _replacement(region: Region, begin: str) -> list[str]:
    if region.function is None:
        return []
    indent = begin[: len(begin) - len(begin.lstrip())]
    line_end = "\r" if begin.endswith("\r") else ""
    return [f'{indent}raise NotImplementedError("{region.function}: exercise {region.exercise}"){line_end}']
