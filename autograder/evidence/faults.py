"""What the evidence should prove and does not."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.evidence.keeps import KEEPS, not_needed
from autograder.evidence.marks import told
from autograder.evidence.record import Evidence


def faults(evidence: Evidence) -> Iterator[str]:
    """One line per broken promise; nothing if every mark is for the right reason."""
    for function, name, bug in evidence.bugs:
        if bug.facts.survives:
            yield f"{name}: every fact passes at {bug.facts.survives} of {evidence.seeds} seeds"
        others = [id for id in bug.graded.lost if not id.startswith(f"{function}.")]
        if len(others) == len(bug.graded.lost):
            yield f"{name}: loses no marks on {function} when it is graded"
        if others:
            yield f"{name}: also loses {', '.join(others)} when it is graded"
        hint = bug.graded.hint
        if hint and told(hint, name=name, says=bug.says, mistake=bug.mistake) == "false":
            yield f"{name}: the student is told of {hint.bug}: {hint.text}"
    for _, name, of in evidence.equivalents:
        if of.fails or of.lost_when_graded:
            yield f"{name}: right code fails {', '.join([*of.fails, *of.lost_when_graded])}"
    for fact in not_needed(evidence):
        if fact not in KEEPS:
            yield f"{fact}: no bug needs it, and autograder/evidence/keeps.py does not say why it is kept"
    known = {f"{name}.{fact}" for name, function in evidence.functions.items() for fact in function.facts}
    for fact in KEEPS:
        if fact not in known:
            yield f"{fact}: autograder/evidence/keeps.py keeps a fact that does not exist"
