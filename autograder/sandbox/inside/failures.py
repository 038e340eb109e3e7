"""What an exception of student code is called on the wire."""

import traceback
from typing import Any

from autograder.sandbox.inside import cuda
from autograder.sandbox.inside.importer import ROOT

TEXT_CHARACTERS = 2000
ALLOCATION_TEXTS = ("can't allocate memory", "not enough memory", "std::bad_alloc")


def describe(error: BaseException) -> dict[str, Any]:
    """Cause, type, text, and the innermost frame that lies in a file of the submission."""
    try:
        text = str(error)
    except BaseException as second:
        text = f"<its text could not be made: {type(second).__name__}>"
    place = _place(error)
    return {
        "cause": _cause(error, text),
        "exception": type(error).__name__[:200],
        "text": text[:TEXT_CHARACTERS],
        "file": place[0] if place else None,
        "line": place[1] if place else None,
    }


def _cause(error: BaseException, text: str) -> str:
    out_of_memory = isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and any(part in text for part in ALLOCATION_TEXTS)
    )
    return "memory" if out_of_memory else cuda.blame(error, text) or "exception"


def _place(error: BaseException) -> tuple[str, int | None] | None:
    if isinstance(error, SyntaxError) and (error.filename or "").startswith(ROOT):
        return str(error.filename)[len(ROOT) :], error.lineno
    frames = [
        (frame.f_code.co_filename[len(ROOT) :], line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename.startswith(ROOT)
    ]
    return frames[-1] if frames else None
