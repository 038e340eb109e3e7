"""Grading many: what is kept, marked again and executed again; and that one failure of ours stays one failure.

On the toy exercise with a training run of ours that only counts.
"""

import os
import socket
from collections.abc import Callable, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel

from autograder.engine.classrun import Done, Listener, grade_class
from autograder.engine.grade import Bench
from autograder.engine.sheet import Sheet
from autograder.engine.training import Digits, TrainingContext, TrainingOutcome
from autograder.errors import AutograderError, SandboxError
from autograder.results.model import Training, VaeTraining
from autograder.results.store import read_result
from autograder.sandbox import Zygote
from autograder.submission import Submission
from tests.engine.toy import FACTS, SOLUTION, TOY
from tests.engine.toy_spec import toy_spec
from tests.submission.packing import put_folder

DIGITS = Digits("toy", "d" * 64, np.zeros((2, 28, 28), np.uint8), np.zeros((2, 28, 28), np.uint8))


class NoSettings(BaseModel):
    pass


@dataclass
class Counting:
    """A training run that passes and counts how often; or fails as told."""

    criterion: str = "double.training"
    title: str = "double learns"
    settings: type[BaseModel] = NoSettings
    preload: tuple[str, ...] = ()
    error: Exception | None = None
    failed: list[frozenset[str]] = field(default_factory=list)

    def cause(self, failed: Set[str], useless: Set[str]) -> str | None:
        return "double" if "double" in useless else None

    def run(self, context: TrainingContext) -> TrainingOutcome:
        self.failed.append(context.failed)
        context.progress(1, 1, 0.5)
        if self.error is not None:
            raise self.error
        return TrainingOutcome("passed", "", Training(vae=VaeTraining(steps=1)))


@pytest.fixture
def run() -> Counting:
    return Counting()


@pytest.fixture
def bench(zygote: Zygote, run: Counting) -> Bench:
    sheet = Sheet(
        facts=FACTS,
        runs=(run,),
        given={},
        required=tuple(SOLUTION),
        notebook="toy.ipynb",
        stamp="generative/__init__.py",
    )
    return Bench(
        spec=toy_spec(),
        sheet=sheet,
        zygote=zygote,
        course_key=b"k" * 32,
        execution_sha256="e" * 64,
        marking_sha256="m" * 64,
        data=None,
    )


Grade = Callable[..., Done]


@pytest.fixture
def grade(tmp_path: Path) -> Grade:
    """Grades ada's submission into one class folder."""

    def one(bench: Bench, files: dict[str, bytes] = SOLUTION, *, resume: bool = True) -> Done:
        folder = put_folder(tmp_path / "ada", files)
        (done,) = grade_class({folder: "ada"}, bench, tmp_path / "out", resume=resume)
        assert read_result(tmp_path / "out/ada/result.json") == done.result
        return done

    return one


# --- resume ----------------------------------------------------------------------------------------------------------


def test_what_is_graded_is_kept_only_if_asked(bench: Bench, grade: Grade) -> None:
    assert grade(bench).how == "graded"
    assert grade(bench).how == "kept"
    assert grade(bench, resume=False).how == "graded"


@pytest.mark.parametrize(
    "change",
    [{"execution_sha256": "f" * 64}, {"device": "cuda"}, {"data": DIGITS}],
    ids=["limits, facts or code", "device", "training"],
)
def test_what_would_execute_something_else_is_executed(
    bench: Bench, grade: Grade, change: dict[str, Any]
) -> None:
    grade(bench)
    assert grade(replace(bench, **change)).how == "graded"


def test_another_submission_is_executed(bench: Bench, grade: Grade) -> None:
    grade(bench)
    assert grade(bench, {**SOLUTION, "generative/other.py": b"def halve(x):\n    return x\n"}).how == "graded"


def test_new_points_mark_again_without_executing(bench: Bench, grade: Grade) -> None:
    before = grade(bench).result
    again = grade(replace(bench, spec=toy_spec(double_points=7), marking_sha256="n" * 64))
    assert again.how == "marked again"
    assert (before.score, again.result.score, again.result.max_score) == (4, 8, 9)
    assert (again.result.started_at, again.result.seed_id) == (before.started_at, before.seed_id)
    assert again.result.spec.marking_sha256 == "n" * 64


def test_resume_after_no_training_trains_and_the_training_is_then_kept(
    bench: Bench, grade: Grade, run: Counting
) -> None:
    assert grade(bench).result.score == 4
    with_training = replace(bench, data=DIGITS)
    trained = grade(with_training)
    assert (trained.how, trained.result.score, len(run.failed)) == ("graded", 5, 1)
    assert grade(with_training).how == "kept"
    assert grade(bench).how == "kept"  # without training: more is there than is asked for
    assert grade(bench).result.training.vae is not None
    assert len(run.failed) == 1


def test_another_data_set_trains_again(bench: Bench, grade: Grade, run: Counting) -> None:
    grade(replace(bench, data=DIGITS))
    assert grade(replace(bench, data=replace(DIGITS, sha256="c" * 64))).how == "graded"
    assert len(run.failed) == 2


def test_a_part_does_not_stand_for_the_whole_but_the_whole_for_a_part(bench: Bench, grade: Grade) -> None:
    part = replace(bench, only=frozenset({"1a"}))
    assert grade(part).result.graded_max == 2
    assert grade(replace(bench, only=frozenset({"1b"}))).how == "graded"
    assert grade(bench).how == "graded"
    assert grade(part).how == "kept"


@pytest.mark.parametrize("content", ["", "{", '{"schema": 1}', '{"schema": 99}'])
def test_a_result_that_cannot_be_read_is_made_anew(
    bench: Bench, grade: Grade, tmp_path: Path, content: str
) -> None:
    grade(bench)
    (tmp_path / "out/ada/result.json").write_text(content)
    assert grade(bench).how == "graded"


def test_a_refused_submission_is_looked_at_again(bench: Bench, grade: Grade, tmp_path: Path) -> None:
    (tmp_path / "eve.zip").write_bytes(b"no archive")
    for _ in range(2):
        (done,) = grade_class({tmp_path / "eve.zip": "eve"}, bench, tmp_path / "out", resume=True)
        assert (done.how, done.result.status, done.result.score) == ("graded", "refused", 0)
        assert "neither a folder nor a .zip or .tar.gz" in done.result.message


# --- what is ours ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [SandboxError("lost. Grade again."), ZeroDivisionError("ours")])
def test_a_failure_of_ours_is_never_a_mark_and_is_graded_again(
    bench: Bench, grade: Grade, run: Counting, error: Exception
) -> None:
    run.error = error
    with_training = replace(bench, data=DIGITS)
    lost = grade(with_training)
    training = next(c for c in lost.result.question("1a").criteria if c.kind == "training")
    assert (lost.result.status, training.status, training.score) == ("ungraded", "grader_error", None)
    assert lost.result.complete is False
    run.error = None
    again = grade(with_training)
    assert (again.how, again.result.status, again.result.score) == ("graded", "graded", 5)


def test_a_zygote_that_dies_before_training_costs_the_training_only(
    bench: Bench, grade: Grade, zygote: Zygote, run: Counting
) -> None:
    class Dying:
        versions, layers, open, closed = zygote.versions, zygote.layers, zygote.open, False

        def preload(self, *modules: str) -> None:
            raise SandboxError("the zygote is gone. Grade again.")

    result = grade(replace(bench, data=DIGITS, zygote=Dying())).result  # type: ignore[arg-type]
    assert (result.status, result.score, result.graded_max) == ("ungraded", 4, 4)
    assert result.question("1a").criteria[2].message == "the zygote is gone. Grade again."


def test_a_slip_of_ours_while_one_submission_is_opened_leaves_the_others(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Sheet.open

    def slips(sheet: Sheet, path: Path, name: str) -> Submission:
        if name == "odd":
            raise ZeroDivisionError("ours")
        return opened(sheet, path, name)

    monkeypatch.setattr(Sheet, "open", slips)
    put_folder(tmp_path / "right", SOLUTION)
    odd, right = grade_class({tmp_path / "odd": "odd", tmp_path / "right": "right"}, bench, tmp_path / "out")
    assert (odd.result.status, right.result.status) == ("ungraded", "graded")
    assert "ZeroDivisionError: ours" in odd.result.message
    assert read_result(tmp_path / "out" / "odd" / "result.json").status == "ungraded"


def test_a_failure_of_ours_in_one_submission_leaves_the_others(
    bench: Bench, tmp_path: Path, zygote: Zygote
) -> None:
    class Stumbling:
        versions, layers, closed = zygote.versions, zygote.layers, False

        def open(self, files: dict[str, bytes], **options: Any) -> Any:
            if b"stumble" in files["generative/other.py"]:
                raise ZeroDivisionError("a mistake of ours")
            return zygote.open(files, **options)

    stumbling = {**SOLUTION, "generative/other.py": SOLUTION["generative/other.py"] + b"# stumble\n"}
    names = {
        put_folder(tmp_path / "ada", SOLUTION): "ada",
        put_folder(tmp_path / "bob", stumbling): "bob",
        put_folder(tmp_path / "eve", SOLUTION): "eve",
    }
    done = grade_class(names, replace(bench, zygote=Stumbling()), tmp_path / "out", jobs=2)  # type: ignore[arg-type]
    assert [(d.name, d.result.status, d.result.score) for d in done] == [
        ("ada", "graded", 4),
        ("bob", "ungraded", 0),
        ("eve", "graded", 4),
    ]
    assert "ZeroDivisionError: a mistake of ours" in done[1].result.message
    assert done[1].result.graded_max == 0


def test_training_is_told_what_has_failed_and_skipped_with_its_subject(
    bench: Bench, grade: Grade, run: Counting
) -> None:
    with_training = replace(bench, data=DIGITS)
    grade(with_training, {**SOLUTION, "generative/other.py": b"def halve(x):\n    return x\n"})
    assert run.failed == [frozenset({"halve"})]
    half = TOY.replace(b"return 2 * x", b"return 2 * x.detach()")  # the value holds, the gradient does not
    assert grade(with_training, {**SOLUTION, "generative/toy.py": half}).result.score == 4
    assert len(run.failed) == 2
    none = TOY.replace(b"return 2 * x", b"return None")
    skipped = grade(with_training, {**SOLUTION, "generative/toy.py": none}).result.question("1a").criteria[2]
    assert (skipped.status, skipped.score, skipped.because) == ("skipped", 0, "double")
    assert skipped.message.startswith("skipped because double failed: double returned None")
    assert len(run.failed) == 2


# --- one grader, and who is told -------------------------------------------------------------------------------------


def test_a_second_grader_on_the_same_folder_is_refused(bench: Bench, tmp_path: Path) -> None:
    refusals: list[str] = []

    def second(name: str) -> None:
        with pytest.raises(AutograderError) as refused:
            grade_class({}, bench, tmp_path / "out")
        refusals.append(str(refused.value))

    names = {put_folder(tmp_path / "ada", SOLUTION): "ada"}
    grade_class(names, bench, tmp_path / "out", listener=Listener(started=second))
    assert refusals == [
        f"another grader (process {os.getpid()} on {socket.gethostname()}) is writing to {tmp_path / 'out'}. "
        "Wait until it is done, or give another --out."
    ]
    assert grade_class({}, bench, tmp_path / "out") == []


def test_listeners_hear_of_start_training_and_end(bench: Bench, tmp_path: Path) -> None:
    heard: list[tuple[Any, ...]] = []
    listener = Listener(
        started=lambda name: heard.append(("started", name)),
        progress=lambda *event: heard.append(("progress", *event)),
        finished=lambda done: heard.append(("finished", done.name, done.how)),
    )
    names = {put_folder(tmp_path / "ada", SOLUTION): "ada"}
    grade_class(names, replace(bench, data=DIGITS), tmp_path / "out", listener=listener)
    assert heard == [
        ("started", "ada"),
        ("progress", "ada", "double.training", 1, 1, 0.5),
        ("finished", "ada", "graded"),
    ]


def test_results_come_in_the_order_given_whoever_is_ready_first(bench: Bench, tmp_path: Path) -> None:
    names = {put_folder(tmp_path / name, SOLUTION): name for name in ("eve", "ada", "bob")}
    assert [d.name for d in grade_class(names, bench, tmp_path / "out", jobs=3)] == ["eve", "ada", "bob"]


# --- handout ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stamp", "notes"),
    [
        (b'SHEET = "0.9"\n', ["Made from the handout of version 0.9; graded as version 1."]),
        (b'"""Exercise."""\n\nSHEET = "1"\n', []),
        (b"SHEET = str(1)\n", []),
        (b'SHEET = "<b>2</b>"\n', []),
    ],
    ids=["older", "the same", "not a text", "not a version"],
)
def test_a_submission_from_another_handout_is_named(
    bench: Bench, grade: Grade, stamp: bytes, notes: list[str]
) -> None:
    done = grade(bench, {**SOLUTION, "generative/__init__.py": stamp})
    assert done.result.submission.notes == notes
    assert done.result.score == done.result.graded_max
