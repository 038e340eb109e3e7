"""Measures the evidence: facts of every text of both banks over many seeds, and its grading.

The texts are asked in forks without a submission, one fork for many texts; each is also put into the model solution
and graded through the sandbox as a student's would be.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.assignment.bank import KnownBug, KnownEquivalent, Text, known_bugs, known_equivalents
from autograder.assignment.sample import with_text
from autograder.diagnosis.known_code import KnownCode
from autograder.engine.facts import Fact
from autograder.engine.grade import Bench, grade
from autograder.engine.judge import run_facts
from autograder.errors import CheckFailed
from autograder.evidence.asked import asked_sha256
from autograder.evidence.record import BugOf, EquivalentOf, Evidence, FactOf, FunctionOf, Graded, Tally
from autograder.sandbox import Sandbox, Zygote
from autograder.submission import from_files

SEEDS = 50
Progress = Callable[[str], None]  # called with the name of each text that is done

_PROGRAMS: Mapping[type[Text], str] = {
    KnownBug: "autograder.assignment.bugs.program",
    KnownEquivalent: "autograder.assignment.equivalents.program",
}


@dataclass
class Found:
    """What was found of the texts, by their names."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    graded: dict[str, Graded] = field(default_factory=dict)

    def update(self, other: Found) -> None:
        """Take over all that the other holds."""
        self.tallies |= other.tallies
        self.graded |= other.graded


def text_sha256(text: Text) -> str:
    """What tells whether a text is still the one that was measured."""
    return hashlib.sha256(text.source.encode()).hexdigest()


def asked_by_function(facts: Iterable[Fact]) -> dict[str, str]:
    """By function, what tells whether its facts still say the same of a text."""
    by_function: dict[str, list[Fact]] = {}
    for fact in facts:
        by_function.setdefault(fact.about.name, []).append(fact)
    return {name: asked_sha256(own) for name, own in by_function.items()}


def found_before(evidence: Evidence, bench: Bench) -> Found:
    """What earlier evidence says of the texts that are the same today.

    Facts say the same where the function's are as they were; a submission is graded the same where all code is.
    """
    texts = {text.name: text_sha256(text) for text in (*known_bugs(), *known_equivalents())}
    asked = asked_by_function(bench.sheet.facts)
    same_code = evidence.execution_sha256 == bench.execution_sha256
    found = Found()
    for function, of in evidence.functions.items():
        tallies = {name: (e.text_sha256, e.tally, e.graded) for name, e in of.equivalents.items()}
        tallies |= {name: (bug.text_sha256, bug.facts, bug.graded) for name, bug in of.bugs.items()}
        for name, (text, tally, graded) in tallies.items():
            if texts.get(name) == text:
                if asked.get(function) == of.asked_sha256:
                    found.tallies[name] = tally
                if same_code:
                    found.graded[name] = graded
    return found


def put_together(found: Found, bench: Bench, bank_sha256: str, seeds: int) -> Evidence:
    """The whole evidence, from what was found of every text of both banks."""
    return Evidence(
        execution_sha256=bench.execution_sha256,
        bank_sha256=bank_sha256,
        python=bench.zygote.versions["python"],
        torch=bench.zygote.versions["torch"],
        seeds=seeds,
        functions={
            name: FunctionOf(
                asked_sha256=asked,
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
                        facts=found.tallies[bug.name],
                        graded=found.graded[bug.name],
                        text_sha256=text_sha256(bug),
                    )
                    for bug in known_bugs()
                    if bug.function == name
                },
                equivalents={
                    e.name: EquivalentOf(
                        **found.tallies[e.name].model_dump(),
                        lost_when_graded=found.graded[e.name].lost,
                        text_sha256=text_sha256(e),
                    )
                    for e in known_equivalents()
                    if e.function == name
                },
            )
            for name, asked in asked_by_function(bench.sheet.facts).items()
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


def grade_all(
    texts: Sequence[Text], solved: Mapping[str, bytes], bench: Bench, progress: Progress
) -> dict[str, Graded]:
    """Every text in the model solution, whose files are `solved`, graded by `bench`; by its name."""
    graded = {}
    for text in texts:
        result = grade(from_files(with_text(dict(solved), text), name=text.name), bench)
        failed = [c for q in result.questions for c in q.criteria if c.status not in ("passed", "pending")]
        graded[text.name] = Graded(
            lost=[c.id for c in failed], hint=next((c.hint for c in failed if c.hint), None)
        )
        progress(text.name)
    return graded
