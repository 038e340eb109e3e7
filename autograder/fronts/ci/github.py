"""What a GitHub job shows: its summary page and annotations; what students may see now, and no more.

Source: docs.github.com, "Workflow commands for GitHub Actions". Text of a student's program cannot issue a command
here: in annotations line ends are escaped, and the summary is a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from autograder.feedback.plain import criterion_texts, opening_lines, standing_lines
from autograder.feedback.text import cut, points
from autograder.feedback.view import QuestionView, question_views, score_of, student_sees
from autograder.fronts.request import Export
from autograder.results.classroom import Classroom, read_class
from autograder.results.model import Result
from autograder.results.store import write_whole
from autograder.results.text import clean
from autograder.spec import Spec

SUMMARY_BYTES = 1_000_000  # GitHub takes 1 MiB for each step and drops a larger page whole
ANNOTATIONS = 10  # of each kind for each step; GitHub drops the others
MESSAGE = 600


def github(request: Export) -> str:
    """Write the summary to --out, to be appended to $GITHUB_STEP_SUMMARY; what is to be printed are annotations."""
    classroom, now = read_class(request.folder), datetime.now(UTC)
    write_whole(request.place("summary.md"), summary(classroom, request.spec, now))
    return "\n".join(annotation_lines(classroom, request.spec, now))


def summary(classroom: Classroom, spec: Spec, as_of: datetime) -> str:
    """The page: a table of all submissions, then of each what it broke. What would be too much is counted."""
    views = {r.name: _views(r.result, spec, as_of) for r in classroom.records}
    lines = [f"## {_inline(spec.title)}", "", *_table(views, spec), ""]
    size = sum(len(line.encode()) + 1 for line in lines)
    for number, record in enumerate(classroom.records):
        part = "\n".join(_submission(record.result, views[record.name])) + "\n"
        size += len(part.encode()) + 1
        if size > SUMMARY_BYTES:
            lines.append(f"… and {len(classroom.records) - number} more submissions: see the job's artifact.")
            break
        lines.append(part)
    return "\n".join(lines) + "\n"


def annotation_lines(classroom: Classroom, spec: Spec, as_of: datetime) -> list[str]:
    """Workflow commands: the first sentence about every question that is not right, at its file in one submission."""
    found = [
        (record, view)
        for record in classroom.records
        for view in _views(record.result, spec, as_of)
        if view.headline.text
    ]
    lines = []
    for record, view in found[:ANNOTATIONS]:
        title = f"{record.name}: {view.question.id} {view.question.title}"
        text = cut(clean(view.headline.text), MESSAGE)
        lines.append(f"::error title={_property(title)}::{_message(text)}")
    if len(found) > ANNOTATIONS:
        lines.append(f"::notice::{len(found) - ANNOTATIONS} more mistakes are in the summary.")
    return lines


def _views(result: Result, spec: Spec, as_of: datetime) -> tuple[QuestionView, ...]:
    return question_views(result, spec, {}, student_sees(spec, as_of), tables=1)


def _table(views: dict[str, tuple[QuestionView, ...]], spec: Spec) -> Iterator[str]:
    questions = [q.id for q in spec.questions if q.kind == "auto"]
    yield f"| submission | {' | '.join(questions)} | points | of |"
    yield "|---|" + "---:|" * (len(questions) + 2)
    for name, of_one in views.items():
        scores = {v.question.id: points(v.score) for v in of_one}
        score = score_of(of_one)
        cells = [*(scores[q] for q in questions), points(score.score), points(score.graded)]
        yield f"| {_inline(name)} | {' | '.join(cells)} |"


def _submission(result: Result, views: Iterable[QuestionView]) -> Iterator[str]:
    views = tuple(views)
    yield f"<details><summary>{_inline(result.submission.name)}</summary>"
    yield ""
    said = [*opening_lines(result), *standing_lines(score_of(views))]
    for view in (v for v in views if v.question.kind == "auto"):
        texts = criterion_texts(view, result.training)
        for criterion in (c.criterion for c in view.criteria if c.criterion.status != "passed"):
            said += [
                "",
                f"{view.question.id} {criterion.id}",
                texts[criterion.id],
            ]
    yield from _fenced("\n".join(said))
    yield "</details>"


def _fenced(text: str) -> list[str]:
    """A code block that its text cannot end."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", text, fence]


def _inline(text: str) -> str:
    """Text in a line or cell of Markdown, as text."""
    escaped = clean(text).replace("\n", " ").replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_\[\]|!#>~@])", r"\\\1", escaped)


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
