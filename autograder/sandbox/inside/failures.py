"""What an exception of student code is called on the wire."""

import traceback
from typing import Any

from autograder.sandbox.inside import cuda
from autograder.sandbox.inside.importer import ROOT
from autograder.sandbox.messages import LINES

TEXT_CHARACTERS = 2000
ALLOCATION_TEXTS = ("can't allocate memory", "not enough memory", "std::bad_alloc")


def describe(error: BaseException) -> dict[str, Any]:
    """Cause, type, text, and the innermost frame that lies in a file of the submission."""
    try:
        text = _plain(str(error))
    except BaseException as second:
        text = f"<its text could not be made: {_name(second)}>"
    try:
        place = _place(error)
    except BaseException:  # an exception that lies about where it comes from
        place = None
    return {
        "cause": _cause(error, text),
        "exception": _name(error)[:200],
        "text": text[:TEXT_CHARACTERS],
        "file": place[0] if place else None,
        "line": place[1] if place else None,
    }


def _name(error: BaseException) -> str:
    """The name of its type, whatever a metaclass would say."""
    return _plain(type.__dict__["__name__"].__get__(type(error)))


def _plain(text: str) -> str:
    """The characters alone: a text may be of a type with methods of its own."""
    return str.__getitem__(text, slice(None))


def _cause(error: BaseException, text: str) -> str:
    kind = type(error)  # isinstance would ask the exception itself
    out_of_memory = issubclass(kind, MemoryError) or (
        issubclass(kind, RuntimeError) and any(part in text for part in ALLOCATION_TEXTS)
    )
    return "memory" if out_of_memory else cuda.blame(kind, text) or "exception"


def _place(error: BaseException) -> tuple[str, int | None] | None:
    """Without the folder in front; a line that no file has (an exception may say anything) is none."""
    if isinstance(error, SyntaxError) and (error.filename or "").startswith(ROOT):
        places = [(str(error.filename), error.lineno)]
    else:
        frames = traceback.walk_tb(error.__traceback__)
        places = [(frame.f_code.co_filename, line) for frame, line in frames]
        places = [(file, line) for file, line in places if file.startswith(ROOT)]
    if not places:
        return None
    file, line = places[-1]
    return _plain(file)[len(ROOT) :], line if type(line) is int and 0 < line < LINES else None
