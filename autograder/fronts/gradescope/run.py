"""Grades the one submission of a Gradescope container: `python -m autograder.fronts.gradescope.run [/autograder]`.

results.json is there from the first moment and is written anew whenever a question has its marks, so that a container
that is stopped leaves what it had. What goes to stdout is for the course staff.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from autograder.course import Course
from autograder.engine.classrun import Listener, grade_class
from autograder.errors import AutograderError, ConfinementError
from autograder.feedback.words import OUR_FAULT
from autograder.fronts.gradescope.memory import container_mb, fitted
from autograder.fronts.gradescope.metadata import Metadata, read_metadata
from autograder.fronts.gradescope.results import (
    NOT_STARTED,
    OUT_OF_TIME,
    UNFINISHED,
    results_json,
    without_result,
)
from autograder.results.looks import asked
from autograder.results.model import Result
from autograder.results.store import write_whole
from autograder.sandbox import Zygote
from autograder.spec import Spec

SPARE_SECONDS = 30  # of the time that Gradescope gives, for the start of the container and the last write


@dataclass(frozen=True)
class Tree:
    """Gradescope's folders. Source: gradescope/autograder_samples, docs/specs.md."""

    root: Path

    @property
    def source(self) -> Path:
        return self.root / "source"

    @property
    def submission(self) -> Path:
        return self.root / "submission"

    @property
    def results(self) -> Path:
        return self.root / "results" / "results.json"

    @property
    def metadata(self) -> Path:
        return self.root / "submission_metadata.json"

    def close_to_others(self) -> None:
        """Nothing of it is for a student's process, which has another user id than ours."""
        for path in (self.source, self.submission, self.results.parent, self.metadata):
            if path.exists():
                path.chmod(0o700 if path.is_dir() else 0o600)

    def write(self, content: dict[str, Any]) -> None:
        write_whole(self.results, json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))


def run(tree: Tree) -> None:
    """Grade the submission; whatever happens, results.json says it."""
    tree.results.parent.mkdir(parents=True, exist_ok=True)
    tree.write(without_result(NOT_STARTED))
    try:
        _grade(tree)
    except AutograderError as error:
        print(f"autograder: {error}")
        tree.write(without_result(OUR_FAULT))
    except Exception:
        traceback.print_exc(file=sys.stdout)
        tree.write(without_result(OUR_FAULT))


def _grade(tree: Tree) -> None:
    tree.close_to_others()
    course = Course.find(tree.source)
    spec, metadata = course.spec, read_metadata(tree.metadata)
    training = spec.gradescope.training
    limits = fitted(spec.limits, container_mb(), training=training)
    digits = course.data(_data(spec, tree.source)) if training else None
    seen: list[Result] = []

    def show(result: Result, note: str = "") -> None:
        result = _received(result, metadata)
        tree.write(results_json(result, spec, {}, metadata, datetime.now(UTC), note=note))

    def show_so_far(result: Result) -> None:
        seen[:] = [result]
        show(result, UNFINISHED)

    def time_is_up() -> None:
        if seen:
            show(seen[0], OUT_OF_TIME)
            _tell_flags(seen[0])
        else:
            tree.write(without_result(OUT_OF_TIME))
        print("the time that Gradescope gives ran out", flush=True)
        os._exit(0)  # the zygote and its forks end with this process

    limit = 60 * spec.gradescope.minutes - SPARE_SECONDS
    with _at_the_end_of(limit, time_is_up), Zygote() as zygote, tempfile.TemporaryDirectory() as out:
        if os.geteuid() == 0 and "users" not in zygote.layers:
            reason = next(r.detail for r in zygote.reports if r.name == "users")
            raise ConfinementError(
                f"student code would run as root here ({reason}). Build the image anew with this zip's setup.sh."
            )
        print("sandbox layers:", *zygote.layers)
        bench = replace(course.bench(zygote, digits), spec=spec.model_copy(update={"limits": limits}))
        name = str(metadata.id) or "submission"
        listener = Listener(so_far=show_so_far)
        (done,) = grade_class({tree.submission: name}, bench, Path(out), listener=listener)
    show(done.result)
    print(f"score {done.result.score:g} of {done.result.graded_max:g} graded, {done.result.status}")
    _tell_flags(done.result)
    for question in done.result.questions:
        for criterion in question.criteria:
            print(f"  {criterion.id:36} {criterion.status:12} {criterion.score} of {criterion.max_score:g}")
            if criterion.status == "grader_error":
                print(f"    {criterion.message}")


def _tell_flags(result: Result) -> None:
    """Only to the staff; even a hidden test would tell students, who see no total beside one."""
    for line in asked(result):
        print(f"for a person to look at: {line}")


def _data(spec: Spec, source: Path) -> str:
    return "embedded" if spec.data.name == "embedded" else str(source / "data")


def _received(result: Result, metadata: Metadata) -> Result:
    """The result with the time of Gradescope: files in the container are as old as the container."""
    created = metadata.created_at
    received = created.astimezone(UTC).isoformat(timespec="seconds") if created else None
    return result.model_copy(
        update={"submission": result.submission.model_copy(update={"received_at": received})}
    )


@contextmanager
def _at_the_end_of(seconds: int, action: Callable[[], None]) -> Iterator[None]:
    """The action, if what is done here takes so long."""

    def handle(number: int, frame: FrameType | None) -> None:
        action()

    before = signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


if __name__ == "__main__":
    run(Tree(Path(sys.argv[1] if len(sys.argv) > 1 else "/autograder")))
