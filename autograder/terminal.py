"""What a person sees in the terminal while a class is graded and when it is done."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from autograder.engine.classrun import Done, Listener
from autograder.results.model import Question, Result

_MARK = {
    "passed": "[green]{}[/]",
    "partial": "[yellow]{}[/]",
    "failed": "[red]{}[/]",
    "timeout": "[red]{}[/]",
    "crashed": "[red]{}[/]",
    "skipped": "[yellow]{}[/]",
    "pending": "[dim]{}[/]",
    "grader_error": "[magenta]{}[/]",
}


@contextmanager
def watching(total: int, *, quiet: bool) -> Iterator[Listener]:
    """Progress of a class: bars on a terminal, one line per finished submission elsewhere, nothing if quiet."""
    if quiet:
        yield Listener()
    elif sys.stderr.isatty():
        with _bars(total) as listener:
            yield listener
    else:
        yield _lines(total)


def _lines(total: int) -> Listener:
    finished: list[Done] = []

    def show(done: Done) -> None:
        finished.append(done)
        print(
            f"[{len(finished)}/{total}] {done.name}: {_score(done.result)} ({done.how})",
            file=sys.stderr,
            flush=True,
        )

    return Listener(finished=show)


@contextmanager
def _bars(total: int) -> Iterator[Listener]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        whole = progress.add_task("class", total=total, note="")
        bars: dict[str, TaskID] = {}

        def started(name: str) -> None:
            bars[name] = progress.add_task(name, total=None, note="checks")

        def training(name: str, run: str, done: int, of: int, loss: float) -> None:
            progress.update(bars[name], completed=done, total=of, note=f"{run}: loss {loss:.1f}")

        def finished(done: Done) -> None:
            progress.remove_task(bars.pop(done.name))
            progress.update(whole, advance=1, note=f"{done.name}: {_score(done.result)}")

        yield Listener(started, training, finished)


def _score(result: Result) -> str:
    return f"{result.score:g} of {result.graded_max:g}"


def marks_table(results: Sequence[Result]) -> Table:
    """One row per submission, one column per automatic question. Where it is too wide, names and notes wrap, no number."""
    table = Table(
        title="Automatic marks",
        title_justify="left",
        caption=_caption(results),
        caption_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),  # without lines and space between all columns it fits 80 characters
    )
    table.add_column("submission", overflow="fold", min_width=10)
    questions = [q.id for q in results[0].questions if q.kind == "auto"] if results else []
    for id in questions:
        table.add_column(id.removeprefix("9-"), justify="right", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("of", justify="right", no_wrap=True)
    table.add_column("note", overflow="fold")
    for result in results:
        cells = [_cell(result.question(id)) for id in questions]
        table.add_row(
            result.submission.name, *cells, f"{result.score:g}", f"{result.graded_max:g}", _note(result)
        )
    return table


def _cell(question: Question) -> str:
    text = {"grader_error": "again", "pending": "–"}.get(question.status)
    if text is None or question.score is not None:
        text = f"{question.score or 0:g}"
    return _MARK[question.status].format(text)


def _note(result: Result) -> str:
    if result.status == "refused":
        return "cannot be opened"
    if result.status == "ungraded":
        return "to be graded again: not the student's fault"
    return ", ".join(flag.kind for flag in result.flags)


def _caption(results: Sequence[Result]) -> str:
    data = {r.data.name for r in results if r.data}
    trained = f"training on {', '.join(sorted(data))}" if data else "without training"
    return f"{len(results)} submissions, {trained}; written parts are marked by people"


def print_summary(results: Sequence[Result], out: Path) -> None:
    """The marks table and where the pages are."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(marks_table(results))
    console.print(f"Class page  {out / 'index.html'}", soft_wrap=True, highlight=False)
    console.print(f"Grades      {out / 'grades.csv'}", soft_wrap=True, highlight=False)
    if results:
        console.print(
            f"A student's page, for example  {out / results[0].submission.name / 'feedback.html'}",
            soft_wrap=True,
            highlight=False,
        )
