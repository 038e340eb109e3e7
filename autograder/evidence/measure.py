"""Measures the evidence: facts of every text of both banks over many seeds, and its grading.

The texts are asked in forks without a submission, one fork for many texts; each is also put into the model solution
and graded through the sandbox as a student's would be.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from autograder.assignment.bank import KnownBug, KnownEquivalent, Text, known_bugs, known_equivalents
from autograder.assignment.sample import with_text
from autograder.diagnosis.known_code import KnownCode
from autograder.engine.facts import Fact
from autograder.engine.grade import Bench, grade
from autograder.engine.judge import run_facts
from autograder.errors import CheckFailed
from autograder.evidence.record import BugOf, EquivalentOf, Evidence, FactOf, FunctionOf, Graded, Tally
from autograder.sandbox import Sandbox, Zygote
from autograder.submission import from_files

SEEDS = 50
Progress = Callable[[str], None]  # called with the name of each text that is done

_PROGRAMS: Mapping[type[Text], str] = {
    KnownBug: "autograder.assignment.bugs.program",
    KnownEquivalent: "autograder.assignment.equivalents.program",
}


@dataclass(frozen=True)
class Measured:
    """What came of one text."""

    tally: Tally
    graded: Graded


def measure(
    texts: Sequence[Text], bench: Bench, solved: Mapping[str, bytes], seeds: int, progress: Progress
) -> dict[str, Measured]:
    """Every text by its name; `solved` are the files of the model solution, `bench` grades without training."""
    tallies = tally_all(texts, bench.sheet.facts, bench.zygote, seeds, progress)
    return {text.name: Measured(tallies[text.name], _graded(text, solved, bench, progress)) for text in texts}


def text_sha256(text: Text) -> str:
    """What tells whether a text is still the one that was measured."""
    return hashlib.sha256(text.source.encode()).hexdigest()


def measured_before(evidence: Evidence) -> dict[str, Measured]:
    """What evidence of today's code says of the texts that are the same today. (A bug that changes is other code.)"""
    found = {name: Measured(bug.facts, bug.graded) for _, name, bug in evidence.bugs}
    today = {e.name: text_sha256(e) for e in known_equivalents()}
    for _, name, of in evidence.equivalents:
        if today.get(name) == of.text_sha256:
            tally = Tally(**of.model_dump(include=set(Tally.model_fields)))
            found[name] = Measured(tally, Graded(lost=of.lost_when_graded))
    return found


def put_together(found: Mapping[str, Measured], bench: Bench, bank_sha256: str, seeds: int) -> Evidence:
    """The whole evidence, from what was found of every text of both banks."""
    functions = list(dict.fromkeys(fact.about.name for fact in bench.sheet.facts))
    return Evidence(
        execution_sha256=bench.execution_sha256,
        bank_sha256=bank_sha256,
        python=bench.zygote.versions["python"],
        torch=bench.zygote.versions["torch"],
        seeds=seeds,
        functions={
            name: FunctionOf(
                facts={
                    f.name: FactOf(kind=f.kind, title=f.title)
                    for f in bench.sheet.facts
                    if f.about.name == name
                },
                bugs={
                    bug.name: BugOf(
                        says=bug.says,
                        sheet=bug.sheet,
                        mistake=bug.mistake,
                        facts=found[bug.name].tally,
                        graded=found[bug.name].graded,
                    )
                    for bug in known_bugs()
                    if bug.function == name
                },
                equivalents={
                    e.name: EquivalentOf(
                        **found[e.name].tally.model_dump(),
                        lost_when_graded=found[e.name].graded.lost,
                        text_sha256=text_sha256(e),
                    )
                    for e in known_equivalents()
                    if e.function == name
                },
            )
            for name in functions
        },
    )


def tally_all(
    texts: Sequence[Text],
    facts: Sequence[Fact],
    zygote: Zygote,
    seeds: int,
    progress: Progress = lambda name: None,
) -> dict[str, Tally]:
    """What the facts say of every text, by its name, over the seeds 0, 1, …"""
    tallies = {}
    for kind, program in _PROGRAMS.items():
        with zygote.open({}, program=program) as bank:
            for text in (t for t in texts if isinstance(t, kind)):
                own = [fact for fact in facts if fact.about.name == text.function]
                tallies[text.name] = _tally(text, own, bank, seeds)
                progress(text.name)
    return tallies


def _tally(text: Text, facts: Sequence[Fact], bank: Sandbox, seeds: int) -> Tally:
    fails, alone, decides, lost = (Counter[str]() for _ in range(4))
    survives = 0
    for seed in (str(number).encode() for number in range(seeds)):
        broken = _broken(text, facts, KnownCode(bank, text.name, seed), seed)
        kinds = Counter(fact.kind for fact in broken)
        fails.update(fact.name for fact in broken)
        lost.update(list(kinds))
        deciding = [fact.name for fact in broken if kinds[fact.kind] == 1]
        (alone if len(broken) == 1 else decides).update(deciding)
        survives += not broken
    return Tally(
        fails=dict(fails), alone=dict(alone), decides=dict(decides), lost=dict(lost), survives=survives
    )


def _broken(text: Text, facts: Sequence[Fact], code: KnownCode, seed: bytes) -> list[Fact]:
    outcomes = run_facts(facts, code, seed)
    for outcome in outcomes.values():
        if outcome.status == "grader_error":
            raise CheckFailed(
                f"{outcome.fact.id} stumbles over {text.name}. Mend the fact: {outcome.message}"
            )
    return [fact for fact in facts if outcomes[fact.id].status != "passed"]


def _graded(text: Text, solved: Mapping[str, bytes], bench: Bench, progress: Progress) -> Graded:
    result = grade(from_files(with_text(dict(solved), text), name=text.name), bench)
    failed = [c for q in result.questions for c in q.criteria if c.status not in ("passed", "pending")]
    progress(text.name)
    return Graded(lost=[c.id for c in failed], hint=next((c.hint for c in failed if c.hint), None))
