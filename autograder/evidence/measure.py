"""Measures the evidence: facts of every text of both banks over many seeds, and its grading.

The texts are asked in forks without a submission, one fork for many texts; each is also put into the model solution
and graded through the sandbox as a student's would be.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

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
JOBS = len(os.sched_getaffinity(0))  # at a time: one for each processor
Progress = Callable[[str], None]  # called with the name of each text that is done

_PROGRAMS: Mapping[type[Text], str] = {
    KnownBug: "autograder.assignment.bugs.program",
    KnownEquivalent: "autograder.assignment.equivalents.program",
}


def measure(
    bench: Bench, solved: Mapping[str, bytes], bank_sha256: str, seeds: int, progress: Progress
) -> Evidence:
    """The whole evidence; `solved` are the files of the model solution, `bench` grades without training."""
    texts = (*known_bugs(), *known_equivalents())
    tallies = tally_all(texts, bench.sheet.facts, bench.zygote, seeds, progress)
    with ThreadPoolExecutor(JOBS) as pool:
        results = pool.map(lambda text: _graded(text, solved, bench, progress), texts)
        graded = dict(zip((text.name for text in texts), results, strict=True))
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
                        facts=tallies[bug.name],
                        graded=graded[bug.name],
                    )
                    for bug in known_bugs()
                    if bug.function == name
                },
                equivalents={
                    e.name: EquivalentOf(**tallies[e.name].model_dump(), lost_when_graded=graded[e.name].lost)
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

    def some(share: Sequence[Text]) -> dict[str, Tally]:
        tallies = {}
        for kind, program in _PROGRAMS.items():
            with zygote.open({}, program=program) as bank:
                for text in (t for t in share if isinstance(t, kind)):
                    own = [fact for fact in facts if fact.about.name == text.function]
                    tallies[text.name] = _tally(text, own, bank, seeds)
                    progress(text.name)
        return tallies

    with ThreadPoolExecutor(JOBS) as pool:
        shares = pool.map(some, [texts[i::JOBS] for i in range(JOBS)])
        return {name: tally for share in shares for name, tally in share.items()}


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
