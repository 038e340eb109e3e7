"""The page and the table of known bugs: functions of the evidence and of grading.yml."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from autograder.engine.marking import mark
from autograder.errors import AutograderError
from autograder.evidence.marks import MARKER, kept, with_table
from autograder.evidence.page import page
from autograder.evidence.record import EquivalentOf, Tally
from autograder.results.model import Criterion
from tests.evidence.made_up import BOTH, SEEN, bug, evidence, hint, spec

LOST = ["double.value", "double.gradient"]
SLIP = bug(BOTH, LOST, hint("halved", "missing_half", True), "missing_half")


def test_a_bug_loses_the_criteria_of_its_kind() -> None:
    points = kept("double", bug(SEEN, ["double.value"]), spec())
    assert (points.without_credit, points.points, points.repeated, points.of) == (2, 2, None, 6)


def test_credit_and_the_price_of_a_repeated_mistake_are_those_of_the_marks() -> None:
    """The oracle is the marking of both functions together: `double` costs more, so `square` is the repetition."""
    criteria = {
        f"{function}.{kind}": Criterion(
            id=f"{function}.{kind}",
            title="",
            kind=kind,
            score=None,
            max_score=0,
            status="failed",
            visibility="visible",
            hint=hint("halved", "missing_half", True),
        )
        for function in ("double", "square")
        for kind in ("value", "gradient")
    }
    double, square = mark(spec(), criteria)
    first = kept("double", SLIP, spec())
    again = kept("square", bug(BOTH, ["square.value", "square.gradient"], SLIP.graded.hint), spec())
    assert (first.without_credit, first.points, first.of) == (0, double.score, 6)
    assert (again.repeated, again.of) == (square.score, 4)


def test_a_mistake_that_is_not_all_that_is_wrong_brings_no_credit() -> None:
    inexact = bug(BOTH, LOST, hint("halved", "missing_half", False), "missing_half")
    points = kept("double", inexact, spec())
    assert (points.points, points.repeated) == (0, None)


def test_the_table_says_what_a_bug_costs_and_leaves_what_people_wrote_alone(tmp_path: Path) -> None:
    document = tmp_path / "marking.md"
    document.write_text(f"# Rules\n\nPeople wrote this.\n\n{MARKER}\n\nan older table\n", "utf-8")
    text = with_table(document, evidence(), spec())
    assert text.startswith(f"# Rules\n\nPeople wrote this.\n\n{MARKER}\n\n### `double`: 6 points\n")
    assert "an older table" not in text
    assert text.splitlines()[-1] == (
        "| `halved` | You compute a\\|b <else>. | value, gradient | 0 | 3.6 | 5.4 | named |"
    )
    document.write_text(text, "utf-8")
    assert with_table(document, evidence(), spec()) == text


def test_a_document_without_the_marker_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(AutograderError, match=r"has no line <!-- known bugs: .* is to stand\.$"):
        with_table(tmp_path / "marking.md", evidence(), spec())


class Cells(HTMLParser):
    """The text and title of each cell of the matrix, and all tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.cells: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag in ("td", "th"):
            self.cells.append(("", dict(attrs).get("title") or ""))

    def handle_data(self, data: str) -> None:
        if self.cells:
            text, title = self.cells[-1]
            self.cells[-1] = (text + data.strip(), title)


def test_the_page_shows_at_how_many_seeds_each_fact_fails() -> None:
    tally = Tally(
        fails={"one": 2, "slope": 1}, decides={"one": 2, "slope": 1}, lost={"value": 2, "gradient": 1}
    )
    cells = Cells(page(evidence({"halved": bug(tally, LOST)}), spec())).cells
    assert ("●", "") in cells
    assert ("◐", "1 of 2 seeds") in cells
    assert ("1", "value: double(1) = 2 < 3") in cells


def test_the_page_says_what_each_fact_is_worth() -> None:
    html = page(evidence({"halved": bug(SEEN, ["double.value"])}), spec())
    assert "only killer of halved" in html
    assert "no known bug needs it" in html
    assert "alone costs the gradient points of halved" in page(evidence(), spec())


@pytest.mark.parametrize(
    ("title", "number", "tally", "equivalent"),
    [
        (
            "survive at some seed",
            1,
            Tally(fails={"one": 1}, alone={"one": 1}, lost={"value": 1}, survives=1),
            EquivalentOf(),
        ),
        ("right and yet failed", 1, BOTH, EquivalentOf(fails={"one": 1})),
        ("bugs whose facts vary with the seed", 0, BOTH, EquivalentOf()),
    ],
)
def test_the_summary_counts_what_went_wrong(
    title: str, number: int, tally: Tally, equivalent: EquivalentOf
) -> None:
    html = page(evidence({"halved": bug(tally, LOST)}, {"added": equivalent}), spec())
    assert re.search(rf"<dt>{title}</dt><dd>{number}</dd>", html)


def test_the_page_runs_and_loads_nothing_and_shows_markup_as_text() -> None:
    html = page(evidence(), spec())
    assert not {"script", "img", "link", "iframe"} & Cells(html).tags
    assert "url(" not in html
    assert "You compute a|b &lt;else&gt;." in html
    assert "<else>" not in html
