"""Grades many submissions: a few at a time, each result written whole as soon as it is there."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from autograder.engine.grade import (
    Bench,
    SoFar,
    grade,
    refused,
    sandbox_limits,
    submission_record,
    ungraded,
)
from autograder.engine.marking import remark
from autograder.engine.pictures import Drawing
from autograder.errors import AutograderError, MachineError, SandboxError, SubmissionError, UnreadableError
from autograder.results.answers import is_notebook, written_answers
from autograder.results.model import Result, SubmissionRecord
from autograder.results.papers import FOLDER as PAPERS
from autograder.results.papers import misnamed_notes
from autograder.results.pictures import Drawn, write_pictures
from autograder.results.store import RESULT, read_result, remove_half_written, write_answers, write_result
from autograder.submission import Submission

How = Literal["graded", "kept", "marked again"]


@dataclass(frozen=True)
class Done:
    """One submission's result, and whether it was executed now."""

    name: str
    result: Result
    how: How


@dataclass(frozen=True)
class Listener:
    """Called while the class is graded, from several threads."""

    started: Callable[[str], None] = lambda name: None
    progress: Callable[[str, str, int, int, float], None] = lambda name, run, done, of, loss: None
    finished: Callable[[Done], None] = lambda done: None
    so_far: SoFar | None = None


def grade_class(
    names: Mapping[Path, str],
    bench: Bench,
    out: Path,
    *,
    jobs: int = 1,
    resume: bool = False,
    listener: Listener = Listener(),
) -> list[Done]:
    """Grade every path under its name into `out/<name>/result.json`; in the order given.

    `resume` keeps results that were made from the same submission under the same execution hash, data, device
    and at least the same criteria; if only the marking changed, they are marked again without executing anything.
    """
    with _locked(out), ThreadPoolExecutor(max_workers=jobs) as pool:
        futures: dict[Future[Done], str] = {}
        done: dict[str, Done] = {}
        try:
            for path, name in names.items():
                future = _submit(pool, _one, path, name, bench, out / name, resume, listener)
                futures[future] = name
            for future in as_completed(futures):
                done[futures[future]] = future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [done[name] for name in names.values()]


def _submit(pool: ThreadPoolExecutor, work: Callable[..., Done], *arguments: Any) -> Future[Done]:
    try:
        return pool.submit(work, *arguments)
    except RuntimeError as error:  # no more threads
        raise MachineError.of(error) from None


def _one(path: Path, name: str, bench: Bench, folder: Path, resume: bool, listener: Listener) -> Done:
    listener.started(name)
    done = _graded(path, name, bench, folder, resume, listener)
    listener.finished(done)
    return done


def _graded(path: Path, name: str, bench: Bench, folder: Path, resume: bool, listener: Listener) -> Done:
    for place in (folder, folder / PAPERS):
        remove_half_written(place)
    record = SubmissionRecord(name=name, sha256="", files=[], received_at=None)
    try:
        submission = bench.sheet.open(path, name)
    except (UnreadableError, MemoryError) as error:
        reason = (
            str(error)
            or "This machine has too little memory to open the submission. Free some, then grade it again."
        )
        result = ungraded(record, bench, reason)
        write_result(folder, result)
        return Done(name, result, "graded")
    except SubmissionError as error:
        result = refused(record, bench, str(error))
        write_answers(folder, {})  # those of an earlier submission that could be opened
        write_pictures(folder, ())
        write_result(folder, result)
        return Done(name, result, "graded")
    except (AutograderError, OSError):
        raise  # about the course or the machine, not about this submission
    except Exception:
        result = ungraded(record, bench, f"the grader itself failed: {traceback.format_exc(limit=-3)}")
        write_result(folder, result)
        return Done(name, result, "graded")
    kept = _kept(folder / RESULT, submission, bench) if resume else None
    if kept is not None:
        received_at = submission_record(submission, bench).received_at
        same_time = (
            kept.submission.received_at == received_at
        )  # else handed in again, or the time was corrected
        kept.submission.received_at = received_at
        if kept.spec.marking_sha256 == bench.marking_sha256:
            if not same_time:
                write_result(folder, kept)
            return Done(name, kept, "kept")
        result = remark(kept, bench.spec, bench.marking_sha256)
        write_result(folder, result)
        return Done(name, result, "marked again")
    submission = _with_papers(submission, bench, folder)
    try:
        result = grade(submission, bench, partial(listener.progress, name), listener.so_far)
    except AutograderError:
        raise  # about the course, not about this submission
    except (OSError, MemoryError) as error:
        result = ungraded(submission_record(submission, bench), bench, str(MachineError.of(error)))
    except Exception:
        reason = f"the grader itself failed: {traceback.format_exc(limit=-3)}"
        result = ungraded(submission_record(submission, bench), bench, reason)
    _go_on(bench)
    try:
        write_result(folder, result)
    except ValueError as error:  # a number that JSON cannot carry
        reason = f"the grader itself failed: the result cannot be written ({error})"
        result = ungraded(submission_record(submission, bench), bench, reason)
        write_result(folder, result)
    return Done(name, result, "graded")


def _go_on(bench: Bench) -> None:
    """Before something is written: a run that was stopped took its sandboxes away, which says nothing of a submission."""
    if bench.zygote.closed:
        raise SandboxError("the run was stopped. Grade again with --resume.")


def _with_papers(submission: Submission, bench: Bench, folder: Path) -> Submission:
    """Write what people mark, texts and pictures, into `folder`; the submission with notes of what they cannot see."""
    questions = [q.id for q in bench.spec.questions if q.kind == "written"]
    notes = misnamed_notes([*submission.files, *submission.ignored], questions) if questions else []
    try:
        notebook = submission.files.get(bench.sheet.notebook, b"")
        answers = written_answers(notebook, submission.files, questions)
        if notebook and len(answers) < len(questions) and not is_notebook(notebook):
            notes.append(
                f"{bench.sheet.notebook} cannot be read: it is cut off or no notebook, and nothing in it is seen. "
                "Save it in Jupyter once more, and hand in again."
            )
        write_answers(folder, {question: answer.text for question, answer in answers.items()})
        drawing = Drawing(bench.zygote, sandbox_limits(bench.spec.limits))
        for shown in write_pictures(folder, _going_on(drawing.draw(answers, questions), bench)).values():
            notes += shown.notes
    except OSError:
        raise
    except Exception as error:  # code has its marks without pictures, and people have the submission itself
        _go_on(bench)
        notes.append(
            f"The grader failed to show what is written or on paper: {error!r}. A person will look at the files."
        )
    return replace(submission, notes=(*submission.notes, *notes))


def _going_on(drawn: Iterable[Drawn], bench: Bench) -> Iterator[Drawn]:
    for one in drawn:
        _go_on(bench)
        yield one


def _kept(path: Path, submission: Submission, bench: Bench) -> Result | None:
    """The result in `path` if grading again would execute nothing new."""
    if not path.exists():
        return None
    try:
        old = read_result(path)
    except AutograderError:
        return None  # unreadable or of another schema: grade again
    same = (
        old.status == "graded"
        and old.submission.sha256 == submission.sha256
        and old.spec.execution_sha256 == bench.execution_sha256
        and old.engine.device == bench.device
        and (bench.data is None or (old.data is not None and old.data.sha256 == bench.data.sha256))
    )
    covers = (
        not old.options.get("only") or (bool(bench.only) and bench.only <= set(old.options["only"]))
    ) and (bool(old.options.get("training")) or not bench.training)
    return old if same and covers else None


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """One grader at a time on an output folder."""
    out.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(out / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            # The system takes it back when its holder ends, however that happens: no lock outlives its grader.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AutograderError(
                f"another grader{_holder(descriptor)} is writing to {out}. Wait until it is done, or give another --out."
            ) from None
        holder = {"pid": os.getpid(), "host": socket.gethostname()}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        remove_half_written(out)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    """Who holds the lock, as far as it says so."""
    try:
        holder = json.loads(os.pread(descriptor, 1000, 0))
        return f" (process {int(holder['pid'])} on {str(holder['host'])[:100]})"
    except (ValueError, KeyError, TypeError):
        return ""
