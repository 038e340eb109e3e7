"""Grades one submission: facts first, then the training runs, then the marks."""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal

from autograder import __version__
from autograder.engine.account import Account, Bounds
from autograder.engine.facts import Fact, Stage
from autograder.engine.judge import Outcome, judge
from autograder.engine.libraries import libraries
from autograder.engine.marking import mark, totals, worst
from autograder.engine.reading import read
from autograder.engine.sheet import Sheet, StandIns
from autograder.engine.student import Student
from autograder.engine.training import Digits, TrainingContext, TrainingOutcome, TrainingRun
from autograder.errors import AutograderError, SandboxError
from autograder.results.model import (
    EVIDENCE_ENTRIES,
    Criterion,
    CriterionKind,
    DataRecord,
    EngineRecord,
    Evidence,
    FactRecord,
    Flag,
    Result,
    SpecRecord,
    Status,
    SubmissionRecord,
    Training,
)
from autograder.results.numbers import as_json
from autograder.sandbox import Limits, Zygote
from autograder.spec.model import LimitSpec, Spec
from autograder.spec.seeds import seed_id, submission_seed
from autograder.submission import Submission

Progress = Callable[[str, int, int, float], None]  # run, steps done, steps in all, loss
SoFar = Callable[[Result], None]  # the result as it is while more is graded: what is still to come is pending


@dataclass(frozen=True)
class Bench:
    """Everything that the grading of all submissions of one run has in common."""

    spec: Spec
    sheet: Sheet
    zygote: Zygote
    course_key: bytes
    execution_sha256: str
    marking_sha256: str
    data: Digits | None  # None: no training
    device: str = "cpu"
    only: frozenset[str] = field(default=frozenset())  # questions; empty: all

    @property
    def training(self) -> bool:
        return self.data is not None

    def wanted(self, criterion: str) -> bool:
        """Whether a criterion belongs to the questions that are to be graded."""
        return not self.only or any(
            c.id == criterion for q in self.spec.questions if q.id in self.only for c in q.criteria
        )

    @property
    def options(self) -> dict[str, Any]:
        return {"training": self.training, "device": self.device, "only": sorted(self.only)}


def grade(
    submission: Submission,
    bench: Bench,
    progress: Progress = lambda *_: None,
    so_far: SoFar | None = None,
) -> Result:
    """The result of one submission; `so_far` is told of it whenever a question or more has its marks.

    A sandbox that fails for a reason that is not the student's leaves the criteria concerned as `grader_error`,
    without a score.
    """
    clock = time.monotonic()
    started = datetime.now(UTC)
    seed = submission_seed(bench.course_key, submission.sha256, bench.execution_sha256)
    limits = sandbox_limits(bench.spec.limits)
    training, flags = Training(), list[Flag]()

    def result(criteria: Mapping[str, Criterion]) -> Result:
        wanted = {id: criterion for id, criterion in criteria.items() if bench.wanted(id)}
        failed_by_us = any(c.status == "grader_error" for c in wanted.values())
        return _result(
            submission_record(submission, bench, student.notes),
            bench,
            wanted,
            "ungraded" if failed_by_us else "graded",
            data=DataRecord(name=bench.data.name, sha256=bench.data.sha256) if bench.data else None,
            seed_id=seed_id(seed),
            started_at=started.isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - clock, 3),
            training=training,
            flags=flags,
        )

    def tell(criteria: Callable[[], Mapping[str, Criterion]]) -> None:
        if so_far is not None:  # a result is made for someone who wants it only
            so_far(result(criteria()))

    # Every fact is asked, whatever `only` says: a function that fails elsewhere decides where ours stands in.
    account = Account(Bounds(bench.spec.limits.function_seconds, bench.spec.limits.submission_seconds))
    student = Student(bench.zygote, _code(submission), limits, seed, account)
    criteria = _facts(student, bench, seed, tell, flags)
    for run in bench.sheet.runs if bench.data is not None else ():
        if bench.wanted(run.criterion):
            tell(lambda: criteria)
            criterion, outcome = _train(run, student.files, bench, limits, seed, criteria, progress)
            criteria[criterion.id] = criterion
            if outcome is not None:
                training = training.model_copy(update={k: v for k, v in outcome.record if v is not None})
                flags += outcome.flags
    return result(criteria)


def refused(submission: SubmissionRecord, bench: Bench, reason: str) -> Result:
    """The result of a submission that cannot be opened: everything failed, for one reason that the student can mend."""
    return _without_execution(submission, bench, "refused", "failed", reason)


def ungraded(submission: SubmissionRecord, bench: Bench, reason: str) -> Result:
    """The result where our own program stumbled: no score, and a person looks at it."""
    return _without_execution(submission, bench, "ungraded", "grader_error", reason)


def _without_execution(
    submission: SubmissionRecord,
    bench: Bench,
    status: Literal["refused", "ungraded"],
    each: Status,
    reason: str,
) -> Result:
    everything = {
        id: _bare(id, each, reason)
        for id in bench.sheet.criteria
        if bench.wanted(id) and (bench.training or not id.endswith(".training"))
    }
    return _result(
        submission,
        bench,
        everything,
        status,
        data=None,
        seed_id="",
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=0.0,
        message=reason,
    )


def _result(
    submission: SubmissionRecord,
    bench: Bench,
    criteria: dict[str, Criterion],
    status: Literal["graded", "ungraded", "refused"],
    **execution: Any,
) -> Result:
    """The marks that these criteria give; `execution` are the fields of `Result` about how it came to them."""
    questions = mark(bench.spec, criteria)
    score, graded_max, complete = totals(questions)
    return Result(
        assignment=bench.spec.assignment,
        sheet_version=bench.spec.sheet_version,
        submission=submission,
        spec=SpecRecord(
            version=bench.spec.sheet_version,
            execution_sha256=bench.execution_sha256,
            marking_sha256=bench.marking_sha256,
        ),
        options=bench.options,
        engine=EngineRecord(
            version=__version__,
            torch=bench.zygote.versions["torch"],
            device=bench.device,
            sandbox=list(bench.zygote.layers),
        ),
        status=status,
        score=score,
        graded_max=graded_max,
        max_score=bench.spec.max_score,
        complete=complete,
        questions=questions,
        **execution,
    )


def sandbox_limits(spec: LimitSpec) -> Limits:
    """The sandbox's limits as grading.yml states them."""
    return Limits(
        call_seconds=spec.call_seconds,
        start_seconds=spec.start_seconds,
        wall_seconds=spec.wall_seconds,
        memory_bytes=spec.memory_mb << 20,
        gpu_bytes=spec.gpu_memory_mb << 20,
        threads=spec.threads,
        output_total_bytes=spec.output_mb << 20,
    )


def submission_record(submission: Submission, bench: Bench, notes: Iterable[str] = ()) -> SubmissionRecord:
    """`notes`: what was seen when its code ran."""
    received = submission.received_at
    notes = [*submission.notes, *_older_handout(submission, bench), *notes]
    return SubmissionRecord(
        name=submission.name,
        sha256=submission.sha256,
        files=sorted(submission.files),
        received_at=received.isoformat(timespec="seconds") if received else None,
        notes=notes,
    )


def _code(submission: Submission) -> dict[str, bytes]:
    """What sandboxes get: Python alone. Papers and a notebook could bring weights or digits along."""
    return {name: content for name, content in submission.files.items() if name.endswith(".py")}


_STAMP = re.compile(rb"^SHEET = [\"']([\w.-]{1,40})[\"']", re.MULTILINE)


def _older_handout(submission: Submission, bench: Bench) -> list[str]:
    """A note if the submission was made from another version of the handout than the one that is graded."""
    found = _STAMP.search(submission.files.get(bench.sheet.stamp, b""))
    version = found[1].decode() if found else bench.spec.sheet_version
    if version == bench.spec.sheet_version:
        return []
    return [f"Made from the handout of version {version}; graded as version {bench.spec.sheet_version}."]


def _bare(id: str, status: Status, message: str, because: str | None = None) -> Criterion:
    """A criterion without facts; title, points and visibility come from the spec when it is marked."""
    kind: CriterionKind = id.partition(".")[2]  # type: ignore[assignment]
    return Criterion(
        id=id,
        title="",
        kind=kind,
        score=None,
        max_score=0,
        status=status,
        visibility="visible",
        message=message,
        because=because,
    )


def _facts(
    student: Student,
    bench: Bench,
    seed: bytes,
    tell: Callable[[Callable[[], Mapping[str, Criterion]]], None],
    flags: list[Flag],
) -> dict[str, Criterion]:
    """The criteria of all facts; what a person should look at comes to `flags`."""
    facts = bench.sheet.facts
    by_criterion: dict[str, list[Fact]] = {}
    for fact in facts:
        by_criterion.setdefault(fact.criterion, []).append(fact)
    try:
        flags += read(student, bench.sheet)
        if named := libraries(student.files, bench.sheet.required):
            bench.zygote.preload(*named)
        outcomes = judge(
            facts,
            student,
            seed,
            bench.sheet.stand_ins,
            lambda found: tell(partial(_criteria, by_criterion, found)),
        )
    except SandboxError as error:
        return {id: _bare(id, "grader_error", str(error)) for id in by_criterion}
    flags += _right_only_alone(outcomes.values())
    if bench.sheet.stand_ins is not None:
        flags += _rests_on_ours(outcomes.values(), bench.sheet.stand_ins)
    criteria = _criteria(by_criterion, outcomes)
    failed = [id for id, criterion in criteria.items() if criterion.status == "failed"]
    if bench.sheet.diagnose is not None and failed:
        hints = bench.sheet.diagnose(outcomes.values(), student, bench.zygote, seed)
        for id in failed:
            hint = hints.get(by_criterion[id][0].about.name)
            criteria[id] = criteria[id].model_copy(update={"hint": hint})
    return criteria


def _rests_on_ours(outcomes: Iterable[Outcome], stand_ins: StandIns) -> Iterator[Flag]:
    """Where ours stands in for a function that is not called in an ordinary solution, ours may be all that there is."""
    found: dict[str, dict[str, None]] = {}
    for outcome in outcomes:
        about = outcome.fact.about.name
        for name in (
            set(outcome.rests_on) - {about, *stand_ins.usual(about)} if outcome.status == "passed" else ()
        ):
            found.setdefault(about, {})[name] = None
    if found:
        named = "; ".join(f"{about} with our {', '.join(names)}" for about, names in found.items())
        yield Flag(
            kind="rests_on_ours",
            text=f"passes only with ours in the place of what failed: {named}. What is its own?",
        )


def _right_only_alone(outcomes: Iterable[Outcome]) -> Iterator[Flag]:
    """What has left another answer beside the other files may be one of them, or code that asks where it is."""
    names = list(dict.fromkeys(o.fact.about.name for o in outcomes if o.only_alone))
    if names:
        text = f"wrong beside the submission's other files and right alone: {', '.join(names)}. What changes the answer?"
        yield Flag(kind="right_only_alone", text=text)


def _criteria(
    by_criterion: Mapping[str, Sequence[Fact]], outcomes: Mapping[str, Outcome]
) -> dict[str, Criterion]:
    """The criteria of which all facts have an outcome."""
    return {
        id: _criterion(id, [outcomes[fact.id] for fact in own])
        for id, own in by_criterion.items()
        if all(fact.id in outcomes for fact in own)
    }


def _criterion(id: str, outcomes: list[Outcome]) -> Criterion:
    status = worst([o.status for o in outcomes])
    telling = [o for o in outcomes if o.status == status] if status != "passed" else []
    # What went wrong first explains the rest: a sum that was forgotten is a shape before it is a wrong number.
    telling.sort(key=lambda o: o.stage if o.stage is not None else Stage.NONE)
    told = next(iter(telling), None)
    message = "" if told is None else told.message
    if told is not None and told.evidence is not None:
        message = f"{told.fact.title}: {told.message}"
    return _bare(id, status, message).model_copy(
        update={
            "cause": told.cause if told else None,
            "rests_on": list(dict.fromkeys(name for o in outcomes for name in o.rests_on)),
            "evidence": [_evidence(o) for o in telling if o.evidence is not None][:16],
            "facts": [
                FactRecord(
                    id=o.fact.id,
                    title=o.fact.title,
                    status=o.status,
                    cause=o.cause,
                    message=o.message,
                    stage=o.stage,
                )
                for o in outcomes
            ],
            "seconds": round(sum(o.seconds for o in outcomes), 4),
        }
    )


def _evidence(outcome: Outcome) -> Evidence:
    assert outcome.evidence is not None
    return Evidence(
        inputs=as_json(dict(outcome.inputs or {})),
        got=as_json(outcome.evidence.got),
        expected=as_json(outcome.evidence.expected),
        relation=outcome.fact.title,
        off=[int(i) for i in outcome.evidence.off if i < EVIDENCE_ENTRIES]
        if outcome.evidence.off is not None
        else [],
    )


def _train(
    run: TrainingRun,
    files: Mapping[str, bytes],
    bench: Bench,
    limits: Limits,
    seed: bytes,
    criteria: Mapping[str, Criterion],
    progress: Progress,
) -> tuple[Criterion, TrainingOutcome | None]:
    """One training run; skipped where nothing of the student's is left to run, with replacements for failed functions."""
    by_function: dict[str, list[Criterion]] = {}
    for criterion in (c for c in criteria.values() if c.kind != "training"):
        by_function.setdefault(criterion.id.partition(".")[0], []).append(criterion)
    failed = {
        name
        for name, own in by_function.items()
        if any(c.kind in ("value", "gradient") and c.status not in ("passed", "pending") for c in own)
    }
    useless = {name for name, own in by_function.items() if all(c.status != "passed" for c in own)}
    cause = run.cause(failed, useless)
    if cause is not None:
        reason = next((c.message for c in by_function[cause] if c.message), "")
        return _bare(run.criterion, "skipped", f"skipped because {cause} failed: {reason}", cause), None
    assert bench.data is not None
    clock = time.monotonic()
    context = TrainingContext(
        zygote=bench.zygote,
        files=files,
        data=bench.data,
        settings=bench.spec.training[run.criterion.partition(".")[0]],
        failed=frozenset(failed),
        seed=seed,
        limits=limits,
        progress=lambda done, of, loss: progress(run.criterion, done, of, loss),
        device=bench.device,
    )
    try:
        bench.zygote.preload(*run.preload)
        outcome = run.run(context)
    except SandboxError as error:
        return _bare(run.criterion, "grader_error", str(error)), None
    except (AutograderError, OSError, MemoryError):
        raise  # about the course or the machine, not about this run
    except Exception:
        reason = f"the training run itself failed: {traceback.format_exc(limit=-3)}"
        return _bare(run.criterion, "grader_error", reason), None
    criterion = _bare(run.criterion, outcome.status, outcome.message).model_copy(
        update={
            "cause": outcome.cause,
            "evidence": list(outcome.evidence)[:16],
            "facts": list(outcome.facts),
            "seconds": round(time.monotonic() - clock, 3),
        }
    )
    return criterion, outcome
