"""What each known bug gets under a `grading.yml`, and whether its student is told the truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from autograder.engine.credit import DIGITS
from autograder.engine.marking import mark
from autograder.errors import AutograderError
from autograder.evidence.record import BugOf, Evidence
from autograder.results.model import Criterion, Hint
from autograder.spec.model import Spec

MARKER = "<!-- known bugs: made by make evidence -->"
Told = Literal["named", "mistake", "relation", "nothing", "false"]


@dataclass(frozen=True)
class Kept:
    """Points that are left to a function with one bug, of all its points."""

    without_credit: float
    points: float
    repeated: float | None  # where the same mistake is charged in full elsewhere; None: it cannot be
    of: float


def kept(function: str, bug: BugOf, spec: Spec) -> Kept:
    """What a submission with this one mistake keeps of its function's points."""
    of = sum(c.points for c in spec.criteria if c.function == function)
    points = _score(function, bug, spec)
    hint = bug.graded.hint
    shared = hint is not None and hint.exact and hint.mistake is not None
    return Kept(
        without_credit=_score(function, bug, spec.model_copy(update={"credit": {}})),
        points=points,
        repeated=round(of - spec.repeat * (of - points), DIGITS) if shared else None,
        of=of,
    )


def _score(function: str, bug: BugOf, spec: Spec) -> float:
    executed = {c.id: _executed(c.id, bug) for c in spec.criteria if c.kind != "training"}
    marked = (c for question in mark(spec, executed) for c in question.criteria)
    return round(sum(c.score or 0.0 for c in marked if c.id.partition(".")[0] == function), DIGITS)


def _executed(id: str, bug: BugOf) -> Criterion:
    failed = id in bug.graded.lost
    return Criterion(
        id=id,
        title="",
        kind=id.partition(".")[2],
        score=None,
        max_score=0,
        status="failed" if failed else "passed",
        visibility="visible",
        hint=bug.graded.hint if failed else None,
    )


def told(hint: Hint | None, *, name: str, says: str, mistake: str | None) -> Told:
    """What a hint says of the known bug `name`, which shares `mistake` with others.

    Bugs that say the same are one to the student. A relation is checked where it is found: it is true of the values.
    """
    if hint is None:
        return "nothing"
    kind, slash, what = hint.bug.rpartition("/")
    if slash:
        return "relation" if kind != "mistake" else "mistake" if what == mistake else "false"
    single = "+" not in hint.bug
    return "named" if single and (hint.bug == name or hint.text.startswith(says)) else "false"


def with_table(document: Path, evidence: Evidence, spec: Spec) -> str:
    """The text of docs/marking.md with the table of known bugs after its marker."""
    text = document.read_text("utf-8") if document.is_file() else ""
    if MARKER not in text:
        raise AutograderError(
            f"{document} has no line {MARKER}. Add it where the table of known bugs is to stand."
        )
    return f"{text.partition(MARKER)[0]}{MARKER}\n\n{_table(evidence, spec)}"


def _table(evidence: Evidence, spec: Spec) -> str:
    sections = []
    for name, function in evidence.functions.items():
        if function.bugs:
            points = sum(c.points for c in spec.criteria if c.function == name)
            rows = [_row(name, bug, of, spec) for bug, of in function.bugs.items()]
            sections.append(f"### `{name}`: {points:g} points\n\n{_HEAD}\n" + "\n".join(rows))
    return "\n\n".join(sections) + "\n"


_HEAD = (
    "| known bug | what it computes | loses | keeps | with credit | repeated | hint |\n"
    "|---|---|---|---:|---:|---:|---|"
)


def _row(function: str, name: str, bug: BugOf, spec: Spec) -> str:
    points = kept(function, bug, spec)
    cells = (
        f"`{name}`",
        bug.says.replace("|", "\\|"),
        ", ".join(id.removeprefix(f"{function}.") for id in bug.graded.lost),
        f"{points.without_credit:.4g}",
        f"{points.points:.4g}" if points.points != points.without_credit else "",
        f"{points.repeated:.4g}" if points.repeated is not None else "",
        told(bug.graded.hint, name=name, says=bug.says, mistake=bug.mistake),
    )
    return f"| {' | '.join(cells)} |"
