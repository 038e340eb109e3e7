"""result.json on disk: each file appears whole or not at all.

A class folder holds one folder per submission (`result.json`, `answers.json`, `pictures.json` with `written/`, the
pages) and `marks.jsonl`.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from autograder.errors import AutograderError
from autograder.results.model import Result
from autograder.results.text import cleaned, is_clean_json

SCHEMA = 1
RESULT = "result.json"
ANSWERS = "answers.json"


class ResultError(AutograderError):
    """A result on disk cannot be read; the message names the file and what to do."""


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file (text as UTF-8) so that readers see the old file, the new file, and nothing between them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            # A lone surrogate has no UTF-8 form; a student's string must not stop the file from being written.
            file.write(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)  # a full disk does not say which file it had no room for
        raise
    _sync_folder(path.parent)


def remove_half_written(folder: Path) -> None:
    """Remove what a writer that was killed left of `write_whole`. Only for whoever holds the lock on the class folder."""
    for left in folder.glob(".*.tmp"):
        left.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def as_text(value: Any) -> str:
    """Strict JSON with an end of line.

    Raises:
        ValueError: a number is not finite; such numbers are the strings "nan", "inf" and "-inf".
    """
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def write_result(folder: Path, result: Result) -> Path:
    """Write `folder/result.json`, its fields in the order of the model, on one line: json indents ten times slower.

    Its texts are clean, whatever wrote them: a message may hold a name that a submission has chosen.
    """
    path = folder / RESULT
    content = result.model_dump(by_alias=True)
    line = json.dumps(content, ensure_ascii=False, allow_nan=False)
    if not is_clean_json(line):
        line = json.dumps(cleaned(content), ensure_ascii=False, allow_nan=False)
    write_whole(path, line + "\n")
    return path


def read_result(path: Path) -> Result:
    """Read a result.json.

    Raises:
        ResultError: missing, broken, or written by a newer version of this program.
    """
    data = read_object(path)
    schema = data.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        raise ResultError(
            f"{path}: written with schema {schema}, this program reads up to {SCHEMA}; "
            "update the autograder, or grade again with this version"
        )
    try:
        return Result.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise ResultError(f"{path}: {where}: {first['msg']}; {_AGAIN}") from None


def results_in(class_folder: Path) -> Iterator[tuple[Path, Result]]:
    """(folder, result) of every submission below a class folder, in the order of the folders' names."""
    for path in sorted(class_folder.rglob(RESULT)):
        yield path.parent, read_result(path)


def write_answers(folder: Path, answers: dict[str, str]) -> Path:
    """Write `folder/answers.json`: question id → the written answer, as people mark it."""
    path = folder / ANSWERS
    write_whole(path, as_text(answers))
    return path


def read_answers(folder: Path) -> dict[str, str]:
    """The written answers of one submission; none if the file is not there.

    Raises:
        ResultError: the file is broken.
    """
    path = folder / ANSWERS
    if not path.exists():
        return {}
    return {question: str(text) for question, text in read_object(path).items()}


_AGAIN = "delete it and run `autograder grade --resume` to make it anew"


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file. ResultError if there is none."""
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise ResultError(
            f"{path}: cannot be read ({error.strerror}); check the path and its permissions"
        ) from None
    except ValueError as error:
        raise ResultError(f"{path}: not JSON ({error}); {_AGAIN}") from None
    if not isinstance(data, dict):
        raise ResultError(f"{path}: should be a JSON object, is a {type(data).__name__}; {_AGAIN}")
    return data
