"""kill-matrix.html: a function of the evidence and grading.yml. One static file without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from autograder.evidence.keeps import KEEPS, Worth, worth
from autograder.evidence.marks import Kept, kept, told
from autograder.evidence.record import BugOf, Evidence, FactOf, FunctionOf
from autograder.spec.model import Spec

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Column:
    """One fact."""

    number: int
    name: str
    fact: FactOf
    worth: Worth
    keep: str | None


@dataclass(frozen=True)
class Row:
    """One known bug; by fact the seeds at which it fails."""

    name: str
    bug: BugOf
    fails: tuple[int, ...]
    kept: Kept
    told: str


@dataclass(frozen=True)
class Section:
    """One function."""

    name: str
    points: float
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    function: FunctionOf


def page(evidence: Evidence, spec: Spec) -> str:
    """The page's text."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"points": lambda value: f"{value:.4g}", "seeds": _seeds}
    template = environment.get_template("kill-matrix.html.j2")
    style = (_TEMPLATES / "style.css").read_text("utf-8")
    sections = [_section(evidence, name, spec) for name in evidence.functions]
    return template.render(
        evidence=evidence,
        spec=spec,
        sections=sections,
        hints=_counted(row.told for section in sections for row in section.rows),
        facts=sum(len(section.columns) for section in sections),
        needed=sum(column.worth.needed for section in sections for column in section.columns),
        style=Markup(style),
    )


def _section(evidence: Evidence, name: str, spec: Spec) -> Section:
    function = evidence.functions[name]
    return Section(
        name=name,
        points=sum(c.points for c in spec.criteria if c.function == name),
        columns=tuple(
            Column(number, fact, of, worth(function, fact), KEEPS.get(f"{name}.{fact}"))
            for number, (fact, of) in enumerate(function.facts.items(), start=1)
        ),
        rows=tuple(
            Row(
                bug,
                of,
                tuple(of.facts.fails.get(fact, 0) for fact in function.facts),
                kept(name, of, spec),
                told(of.graded.hint, name=bug, says=of.says, mistake=of.mistake),
            )
            for bug, of in function.bugs.items()
        ),
        function=function,
    )


def _seeds(bugs: Mapping[str, int], of: int) -> str:
    """`a, b (12 of 50 seeds)`: the bugs that it happens to, with the number where it is not every seed."""
    return ", ".join(name if n == of else f"{name} ({n} of {of} seeds)" for name, n in bugs.items())


def _counted(words: Iterator[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts
