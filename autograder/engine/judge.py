"""Runs facts against a submission: all questions of all facts in as few messages as possible."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import numpy as np

from autograder.engine.calls import Answer, Call, evidence_inputs
from autograder.engine.draw import Draw
from autograder.engine.facts import Broken, Evidence, Excuse, Fact, Stage, Steps
from autograder.engine.sheet import StandIns
from autograder.engine.student import Code, Student, Unit
from autograder.results.model import Cause
from autograder.sandbox import Failure, Reply

MESSAGE = 2000
"""Characters of a message: it may hold names that a submission has given, and is searched for signs of known slips."""
FactStatus = Literal["passed", "failed", "timeout", "crashed", "grader_error"]
_STATUS: Mapping[str, FactStatus] = {
    "exception": "failed",
    "timeout": "timeout",
    "memory": "crashed",
    "crash": "crashed",
    "protocol": "crashed",
    "output": "crashed",
}


@dataclass(frozen=True)
class Outcome:
    """What became of one fact."""

    fact: Fact
    status: FactStatus
    cause: Cause | None = None
    message: str = ""
    evidence: Evidence | None = None
    inputs: Mapping[str, Any] | None = None
    unwritten: bool = False  # the NotImplementedError of its own stub
    stage: Stage | None = None  # how far the answer went
    rests_on: tuple[
        str, ...
    ] = ()  # failed functions that it was judged without: their slips are charged there
    unexcused: Outcome | None = None  # what it is if the function that it rests on has failed nothing
    own: tuple[Answer, ...] = ()  # what that function answered
    only_alone: bool = False  # whether it failed beside the submission's other files
    seconds: float = 0.0


Settled = Callable[[Mapping[str, Outcome]], None]


@dataclass
class _Running:
    """A fact between two of its steps."""

    fact: Fact
    steps: Steps
    calls: tuple[Call, ...]
    single: bool
    seconds: float = 0.0
    answered: tuple[Answer, ...] = ()


def judge(
    facts: Sequence[Fact],
    student: Student,
    seed: bytes,
    stand_ins: StandIns | None = None,
    settled: Settled = lambda outcomes: None,
) -> dict[str, Outcome]:
    """The outcome of every fact, by its id; `settled` is told early of functions that nothing more can change.

    One slip costs its own function only. A function with a failed fact is asked once more alone, with its file
    imported alone, in a fresh fork: what another function left behind in the shared one (a patched library, a changed
    default, busy threads) must not cost it. So is a function that was excused by another one which then failed nothing:
    both may have met the same patch. Where it has no time left for that, the first answers stand. If it still fails, and
    so does another function that it may call, it is asked with ours in that one's place; what it says then is shown to
    nobody, only that it passed. An excuse falls where its root has passed with ours, and that function is asked so too.
    """
    with student:
        outcomes = run_facts(facts, student, seed)
    by_function = {name: [f for f in facts if f.about.name == name] for name in _functions(facts)}
    settled(_passed(by_function, outcomes))
    alone: set[str] = set()
    for doubtful in (_broken_ones, partial(_excused_by_none, by_function)):
        for name, own in by_function.items():
            if name in alone or len(own) == len(facts) or not doubtful(own, outcomes):
                continue
            alone.add(name)
            with student:
                again = run_facts(own, student, seed)
            in_time = {
                id: replace(o, only_alone=o.status == "passed" != outcomes[id].status)
                for id, o in again.items()
                if o.cause != "timeout" or outcomes[id].cause == "timeout"
            }
            outcomes.update(in_time)
            settled(_passed(by_function, outcomes))
    if stand_ins is not None:
        outcomes.update(_helped(by_function, outcomes, student, seed, stand_ins))
    for name, own in by_function.items():
        fallen = _excused_by_none(by_function, own, outcomes)
        outcomes.update({o.fact.id: o.unexcused or o for o in fallen})
        if stand_ins is not None and fallen:
            outcomes.update(_helped(by_function, outcomes, student, seed, stand_ins, only=name))
    return outcomes


def _helped(
    by_function: Mapping[str, Sequence[Fact]],
    outcomes: Mapping[str, Outcome],
    student: Student,
    seed: bytes,
    stand_ins: StandIns,
    only: str | None = None,
) -> dict[str, Outcome]:
    """The facts (of `only` this function) that pass once other failed functions are ours, with the names of those that must be."""
    passed: dict[str, Outcome] = {}
    hopeless: set[str] = set()  # files whose import ends its process with ours too
    failed = [name for name, own in by_function.items() if _broken_ones(own, outcomes)]
    for name in failed if only is None else [only]:
        broken = _broken_ones(by_function[name], outcomes)
        module = by_function[name][0].about.module
        if module in hopeless or all(o.unwritten for o in broken):
            continue
        _, replaced = stand_ins.files(student.files, [other for other in failed if other != name], name)
        facts = [o.fact for o in broken]
        gained, dies = _passing_with(replaced, facts, student, seed, stand_ins)
        if dies:
            hopeless.add(module)
        for root in replaced if gained else []:
            fewer = [other for other in replaced if other != root]
            if len(_passing_with(fewer, facts, student, seed, stand_ins)[0]) == len(gained):
                replaced = fewer
        passed |= {id: replace(o, rests_on=tuple(replaced)) for id, o in gained.items()}
    return passed


def _passing_with(
    replaced: Sequence[str], facts: Sequence[Fact], student: Student, seed: bytes, stand_ins: StandIns
) -> tuple[dict[str, Outcome], bool]:
    """The facts that pass with ours in the place of `replaced`, and whether their file still ends its process."""
    helped = student.helped(stand_ins, replaced, facts[0].about.name)
    if helped is None:
        return {}, False
    with helped:
        again = run_facts(facts, helped, seed)
    passed = {id: o for id, o in again.items() if o.status == "passed" and o.unexcused is None}
    return passed, helped.dies_importing(facts[0].about.module)


def _functions(facts: Sequence[Fact]) -> list[str]:
    return list(dict.fromkeys(f.about.name for f in facts))


def _broken_ones(facts: Sequence[Fact], outcomes: Mapping[str, Outcome]) -> list[Outcome]:
    return [outcomes[f.id] for f in facts if outcomes[f.id].status != "passed"]


def _excused_by_none(
    by_function: Mapping[str, Sequence[Fact]], facts: Sequence[Fact], outcomes: Mapping[str, Outcome]
) -> list[Outcome]:
    """Those with an excuse that fell away: what they rest on has failed nothing that could cause it.

    That is a fact about values, or one of the same kind. (A right loss that gave up its shape would excuse any other.)
    """
    excused = [outcomes[f.id] for f in facts if outcomes[f.id].unexcused is not None]
    return [
        o
        for o in excused
        if not any(
            broken.fact.kind in ("value", o.fact.kind)
            for root in o.rests_on
            for broken in _broken_ones(by_function.get(root, ()), outcomes)
        )
    ]


def _passed(by_function: Mapping[str, Sequence[Fact]], outcomes: Mapping[str, Outcome]) -> dict[str, Outcome]:
    """The outcomes of functions without a broken fact, and without one that rests on another function's."""
    whole = [
        own
        for own in by_function.values()
        if not _broken_ones(own, outcomes) and all(outcomes[f.id].unexcused is None for f in own)
    ]
    return {fact.id: outcomes[fact.id] for own in whole for fact in own}


def run_facts(facts: Sequence[Fact], code: Code, seed: bytes) -> dict[str, Outcome]:
    """The outcome of every fact, by its id; all are asked together, step by step."""
    outcomes: dict[str, Outcome] = {}
    running: list[_Running] = []
    for fact in facts:
        steps = fact.run(Draw(seed, fact.id))
        first = next(steps)
        running.append(_Running(fact, steps, *_as_calls(first)))
    step = 0
    with np.errstate(all="ignore"):
        while running:
            units = [
                Unit(f"{r.fact.id}/{step}", r.fact.about.module, r.calls, r.fact.about.name) for r in running
            ]
            replies = code.ask(units)
            still: list[_Running] = []
            for unit, fact_run in zip(units, running, strict=True):
                outcome = _advance(fact_run, replies[unit.key], code)
                if outcome is None:
                    still.append(fact_run)
                else:
                    outcomes[fact_run.fact.id] = outcome
            running = still
            step += 1
    return outcomes


def _as_calls(asked: Any) -> tuple[tuple[Call, ...], bool]:
    return ((asked,), True) if isinstance(asked, Call) else (tuple(asked), False)


def _advance(run: _Running, replies: tuple[Reply, ...], code: Code) -> Outcome | None:
    """Resume a fact with its answers; its outcome, or None when it asks on."""
    run.seconds += sum(reply.cpu_seconds for reply in replies)
    not_imported = _not_imported(run, code)
    if not_imported is not None:
        return replace(not_imported, seconds=run.seconds)
    answers = tuple(Answer(call, reply) for call, reply in zip(run.calls, replies, strict=True))
    run.answered += answers
    try:
        asked = run.steps.send(answers[0] if run.single else answers)
    except StopIteration as stop:
        passed = Outcome(run.fact, "passed", seconds=run.seconds)
        if not isinstance(stop.value, Excuse):
            return passed
        broken_one = replace(_broken(run.fact, stop.value.broken, answers), seconds=run.seconds)
        return replace(passed, rests_on=(stop.value.root,), unexcused=broken_one, own=stop.value.own)
    except Broken as broken:
        return replace(_broken(run.fact, broken, answers), seconds=run.seconds)
    except Exception:
        if odd := _odd_rows(run.answered):
            return replace(_broken(run.fact, Broken(odd, stage=Stage.SHAPE), answers), seconds=run.seconds)
        # A fact of ours that stumbles over a reply is our mistake: no mark, and a person looks at it.
        text = traceback.format_exc(limit=-3)
        return Outcome(
            run.fact, "grader_error", message=f"the check itself failed: {text}", seconds=run.seconds
        )
    run.calls, run.single = _as_calls(asked)
    return None


def _odd_rows(answers: Sequence[Answer]) -> str | None:
    """Over what a fact may have stumbled: a method that gave another number of rows than it got, or no rows."""
    for answer in answers:
        inputs = [*answer.call.inputs.values()]
        if answer.call.op == "module.call" and inputs and answer.failure is None:
            rows = inputs[0].shape[:1]
            for name, array in answer.reply.tensors.items():
                if name.startswith("out.") and (array.shape[:1] != rows or array.ndim < 2 or not array.size):
                    return answer.say(f"gives a result of shape {list(array.shape)} for {list(rows)} rows")
    return None


def _not_imported(run: _Running, code: Code) -> Outcome | None:
    """The outcome if the fact's file is missing, cannot be imported, or does not define the function."""
    fact = run.fact
    file = fact.about.module.replace(".", "/") + ".py"
    if not code.has(file):
        return Outcome(fact, "failed", "missing", f"{file} is missing from the submission")
    imported = code.imports.get(fact.about.module)
    if imported is None:
        return None  # the submission has used up what it may: its answers say so
    failure = imported.failure
    if failure is None:
        names = imported.values["names"]
        if run.calls[0].op in ("call", "module.new") and fact.about.name not in names:
            return Outcome(fact, "failed", "missing", f"{file} does not define {fact.about.name}")
        return None
    if failure.cause == "exception":
        return Outcome(fact, "failed", "import", f"{file} cannot be imported: {failure.message}")
    return Outcome(fact, _STATUS[failure.cause], _cause(failure), f"importing {file}: {failure.message}")


def _broken(fact: Fact, broken: Broken, answers: Sequence[Answer]) -> Outcome:
    shown = broken.evidence.inputs if broken.evidence is not None else None
    inputs = evidence_inputs(answer.call for answer in answers) if shown is None else shown
    if broken.failure is None:
        message, stage = broken.message[:MESSAGE], broken.stage
        if (rounded := _rounded_to(broken, answers)) is not None:
            message, stage = (
                f"{message}, as if rounded to {rounded}: the arguments are more precise",
                Stage.DTYPE,
            )
        elif stage is Stage.VALUE and fact.kind == "gradient":
            stage = Stage.GRADIENT
        return Outcome(fact, "failed", message=message, evidence=broken.evidence, inputs=inputs, stage=stage)
    raised = broken.failure.exception == "NotImplementedError"
    unwritten = raised and (broken.failure.text or "").startswith(fact.about.name)
    return Outcome(
        fact,
        _STATUS[broken.failure.cause],
        _cause(broken.failure),
        broken.message[:MESSAGE],
        evidence=broken.evidence,
        inputs=None if raised else inputs,
        unwritten=unwritten,
        stage=broken.stage,
    )


_PRECISION = {"bfloat16": 2.0**-8, "float16": 2.0**-11, "float32": 2.0**-24, "float64": 2.0**-53}


def _rounded_to(broken: Broken, answers: Sequence[Answer]) -> str | None:
    """The dtype of a result that is less precise than its arguments, if that is all that is wrong with it."""
    evidence = broken.evidence
    if evidence is None or evidence.relation != "equal":
        return None
    for answer in (a for a in answers if a.failure is None):
        given = [_PRECISION[str(a.dtype)] for a in answer.call.inputs.values() if str(a.dtype) in _PRECISION]
        for output in answer.facts.get("outputs", ()):
            rounding = _PRECISION.get(str(output.get("dtype")), 0.0)
            if given and rounding > max(given):
                allowed = 16 * rounding * (np.abs(evidence.expected) + np.abs(evidence.expected).max())
                if bool((np.abs(evidence.got - evidence.expected) <= allowed).all()):
                    return str(output["dtype"])
    return None


def _cause(failure: Failure) -> Cause:
    if failure.cause == "sandbox" or failure.cause == "device":
        raise AssertionError("a sandbox failure is no outcome of a fact")
    return failure.cause
