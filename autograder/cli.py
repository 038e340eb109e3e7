"""The command line: thin over the package. `autograder COMMAND --help` is the reference."""

from __future__ import annotations

import gc
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from autograder import __version__
from autograder.errors import AutograderError, MachineError

app = typer.Typer(
    help="Exercise 9: Generative Models. Builds the release, grades submissions, reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
marks_app = typer.Typer(help="People's marks as CSV, one row per answer.", no_args_is_help=True)
data_app = typer.Typer(help="The data set of the training runs.", no_args_is_help=True)
app.add_typer(marks_app, name="marks")
app.add_typer(data_app, name="data")

BELOW_FAIL_UNDER = 4
NOT_GRADED = 3

Root = Annotated[Path, typer.Option("--root", help="the course repository (default: here or above)")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON for a program to read")]


@app.callback(invoke_without_command=True)
def _top(version: Annotated[bool, typer.Option("--version", help="print the version")] = False) -> None:
    # Before NumPy is loaded: threads that wait for the next small product cost more than they bring.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Imports make many objects and no garbage: to look for it after every 700 costs a twentieth of them.
    gc.set_threshold(100_000)
    if version:
        print(__version__)
        raise typer.Exit


@app.command()
def build(
    check: Annotated[
        bool, typer.Option("--check", help="write nothing; fail if release/ or solutions/ differ")
    ] = False,
    root: Root = Path(),
) -> None:
    """Write release/, solutions/ and the tree for nbgrader's own commands from source/, and dist/ for other tools."""
    from autograder import authoring
    from autograder.course import Course
    from autograder.errors import CheckFailed
    from autograder.fronts.dist import write_dist

    course = Course.find(root)
    if check:
        drifts = authoring.check(course.root, course.spec)
        if drifts:
            found = "\n".join(map(str, drifts))
            raise CheckFailed(
                f"not what source/ gives:\n{found}\nRun `autograder build` and commit what it writes."
            )
        print("release/ and solutions/ are what source/ gives")
    else:
        report = authoring.build(course.root, course.spec)
        for tree in (*report.written, *report.unchanged):
            print(f"{'written' if tree in report.written else 'in step':8} {tree}")
        for name, written in write_dist(course.root, course.spec).items():
            print(f"{'written' if written else 'in step':8} {name}")


@app.command()
def grade(
    submissions: Annotated[list[Path], typer.Argument(help="folders, .zip or .tar.gz files")],
    out: Annotated[Path, typer.Option("--out", help="where results and pages go")],
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="submissions at a time")] = 1,
    device: Annotated[
        str, typer.Option("--device", help="where training runs: cpu, cuda, or auto (cpu)")
    ] = "auto",
    data: Annotated[
        str | None, typer.Option("--data", help="MNIST's folder, or `embedded` (default: $MNIST_DIR, ./data)")
    ] = None,
    training: Annotated[
        bool, typer.Option("--training/--no-training", help="with or without the training runs")
    ] = True,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="grade this question only; may be repeated")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="keep what is already graded and unchanged")
    ] = False,
    fail_under: Annotated[
        float | None, typer.Option("--fail-under", help="exit 4 if a score is below this")
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option("--roster", help="CSV file with a column `id`: names submissions by roster id"),
    ] = None,
    allow_weak_sandbox: Annotated[
        bool, typer.Option("--allow-weak-sandbox", help="grade although a core confinement layer is missing")
    ] = False,
    root: Root = Path(),
    as_json: AsJson = False,
) -> None:
    """Grade submissions: hidden checks, a training run, results and pages in --out."""
    from autograder.commands.grade import Choices, run

    choices = Choices(
        jobs=jobs,
        device=device,
        data=data,
        training=training,
        only=tuple(only or ()),
        resume=resume,
        roster=roster,
        allow_weak=allow_weak_sandbox,
        quiet=as_json,
    )
    results = run(submissions, out, root, choices)
    if as_json:
        json.dump([_brief(r.model_dump(mode="json", by_alias=True)) for r in results], sys.stdout, indent=1)
        print()
    if any(result.status == "ungraded" for result in results):
        raise typer.Exit(NOT_GRADED)
    if fail_under is not None and any(result.score < fail_under for result in results):
        raise typer.Exit(BELOW_FAIL_UNDER)


def _brief(result: dict[str, object]) -> dict[str, object]:
    keys = ("submission", "status", "score", "graded_max", "max_score", "complete", "data", "engine", "flags")
    return {key: result[key] for key in keys}


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(help="what `autograder grade --out` wrote")],
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", help="what students may see at this time, in UTC (default: now)"),
    ] = None,
    root: Root = Path(),
) -> None:
    """Rebuild all pages and grades.csv from the results and marks."""
    from autograder import feedback
    from autograder.course import Course

    when = as_of.replace(tzinfo=UTC) if as_of else datetime.now(UTC)
    feedback.report(folder, Course.find(root).spec, when)
    print(f"Class page  {folder / 'index.html'}")


@app.command()
def collect(
    sources: Annotated[
        list[Path],
        typer.Argument(help="downloads (.zip) or folders; later attempts last"),
    ],
    out: Annotated[Path, typer.Option("--out", help="a new folder for the submissions")],
    roster: Annotated[Path, typer.Option("--roster", help="CSV file: id, name, email, group, extension")],
    times: Annotated[
        Path | None,
        typer.Option("--times", help="CSV file: submission, received_at; or Moodle's grading worksheet"),
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option("--time-zone", help="of the worksheet's times, as Europe/Berlin")
    ] = None,
) -> None:
    """Turn a download of Moodle or Canvas, zips or folders into submissions named by roster id."""
    from autograder.commands.collect import run

    run(sources, out, roster, times, time_zone)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="what `autograder grade --out` wrote")],
    to: Annotated[
        str, typer.Option("--to", help="canvas, moodle, csv, github, gradescope, junit or nbgrader")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="where to write (default: below FOLDER/exports/)")
    ] = None,
    template: Annotated[
        Path | None, typer.Option("--template", help="the tool's own export, to be filled in")
    ] = None,
    roster: Annotated[
        Path | None, typer.Option("--roster", help="CSV file: id, name, email, group, extension")
    ] = None,
    column: Annotated[
        str | None, typer.Option("--column", help="of the template: where the grades go")
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="also grades to which something is still missing")
    ] = False,
    root: Root = Path(),
) -> None:
    """Write results and marks as another tool reads them, late penalties included."""
    from autograder.course import Course
    from autograder.fronts.exports import Export
    from autograder.fronts.exports import export as write

    course = Course.find(root)
    print(write(to, Export(folder, course.root, course.spec, out, template, roster, column, partial)))


@marks_app.command("export")
def marks_export(
    folder: Annotated[Path, typer.Argument(help="what `autograder grade --out` wrote")],
    to: Annotated[Path, typer.Argument(help="the CSV file to write")],
    root: Root = Path(),
) -> None:
    """Write one row per written answer and one per flagged submission: text, items to choose, the mark that stands."""
    from autograder.course import Course
    from autograder.results.marks_csv import export_csv

    answers, flags = export_csv(folder, to, Course.find(root).spec.rubrics)
    flagged = f" and the flags of {flags} submission{'s' if flags > 1 else ''}" if flags else ""
    print(
        f"{answers} answers{flagged} in {to}. Fill in items, comment and marker, then `autograder marks import`."
    )


@marks_app.command("import")
def marks_import(
    folder: Annotated[Path, typer.Argument(help="what `autograder grade --out` wrote")],
    source: Annotated[Path, typer.Argument(help="the CSV file with marks")],
    root: Root = Path(),
) -> None:
    """Append changed marks to marks.jsonl; refuses the whole file if one row is wrong."""
    from autograder.course import Course
    from autograder.results.marks_csv import import_csv

    count = import_csv(folder, source, Course.find(root).spec.rubrics)
    print(f"{count} marks appended. `autograder report {folder}` rebuilds the pages.")


@app.command()
def calibrate(
    data: Annotated[
        str | None,
        typer.Option("--data", help="folder with MNIST, or embedded (default: $MNIST_DIR or ./data)"),
    ] = None,
    seeds: Annotated[int, typer.Option("--seeds", min=3, help="runs of the model solution")] = 30,
    other_seeds: Annotated[int, typer.Option("--other-seeds", min=0, help="of each other right one")] = 3,
    bug_seeds: Annotated[int, typer.Option("--bug-seeds", min=0, help="of each known training bug")] = 5,
    fresh_seeds: Annotated[
        int, typer.Option("--fresh-seeds", min=0, help="of the model solution again, to try the gates")
    ] = 40,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="runs at a time")] = 1,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="this run only: vae, gan or saturation; may be repeated"),
    ] = None,
    device: Annotated[str, typer.Option("--device", help="cpu or cuda: where the runs train")] = "cpu",
    measure: Annotated[
        bool,
        typer.Option(
            "--measure/--no-measure", help="or only choose gates and write the page from the runs there"
        ),
    ] = True,
    carry_over: Annotated[
        bool,
        typer.Option("--carry-over", help="keep older runs if one of each kind still gives the same numbers"),
    ] = False,
    earlier: Annotated[
        Path | None,
        typer.Option(
            "--earlier",
            help="--carry-over on another machine: a checkout of the older runs' code, asked for its numbers here",
        ),
    ] = None,
    root: Root = Path(),
) -> None:
    """Measure the training runs (resumable), choose their gates, write them to grading.yml and docs/calibration.md."""
    from autograder.calibration.measure import Seeds
    from autograder.commands.calibrate import Choices, run

    run(
        root,
        Choices(
            data=data,
            seeds=Seeds(reference=seeds, other=other_seeds, bug=bug_seeds, fresh=fresh_seeds),
            jobs=jobs,
            device=device,
            only=tuple(only or ()),
            measure=measure,
            carry_over=carry_over or earlier is not None,
            earlier=earlier,
        ),
    )


@app.command()
def selftest(root: Root = Path()) -> None:
    """Model solutions get full marks, stubs none, known bugs lose marks, release and solutions are in step."""
    from autograder.commands.selftest import run
    from autograder.course import Course

    run(Course.find(root))


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(help="where the make-believe submissions go")],
    size: Annotated[int, typer.Option("--size", min=1, help="how many submissions")] = 12,
    seed: Annotated[int, typer.Option("--seed", help="another seed draws another class")] = 1,
    root: Root = Path(),
) -> None:
    """Make a class from the known bugs: for demos, load tests, and practice for assistants."""
    from autograder.assignment.sample import make_class
    from autograder.course import Course

    for made in make_class(Course.find(root).solutions, Course.find(root).release, folder, size, seed):
        print(f"{made.path.name:24} {made.story}")


@app.command("new-term")
def new_term(
    folder: Annotated[Path, typer.Argument(help="a new folder, beside the course")],
    sheet_version: Annotated[str, typer.Argument(help="as in 2027.1; stamped into the release")],
    due: Annotated[
        str | None, typer.Option("--due", help="with time zone, or `none` (default: asked in a terminal)")
    ] = None,
    published: Annotated[str | None, typer.Option("--published", help="the same")] = None,
    root: Root = Path(),
) -> None:
    """Copy the course without marks, submissions and roster; fresh course key, new dates."""
    from autograder.commands.new_term import DATES, moment, run

    said = dict(zip(DATES, (due, published), strict=True))
    for name, value in said.items():
        if value is None and sys.stdin.isatty():
            said[name] = typer.prompt(
                f"{name} (with time zone, as 2027-01-15T23:59:00+01:00)", default="none"
            )
    run(root, folder, sheet_version, {name: moment(name, value) for name, value in said.items()})


@app.command()
def forget(
    id: Annotated[str, typer.Argument(help="the roster id")],
    folder: Annotated[Path, typer.Argument(help="below it everything of this person is removed")],
    yes: Annotated[bool, typer.Option("--yes", help="remove it; without this it is only shown")] = False,
    root: Root = Path(),
) -> None:
    """Remove one person's submissions, results, marks, pages and rows below a folder."""
    from autograder.commands.forget import run
    from autograder.course import Course

    run(id, folder, Course.find(root).spec, really=yes)


@data_app.command("fetch")
def data_fetch(
    directory: Annotated[Path, typer.Argument(help="where MNIST goes")] = Path("data"),
) -> None:
    """Fetch MNIST by torchvision and check its SHA-256."""
    from autograder.data import fetch

    fetch(directory)
    print(f"MNIST is in {directory}, SHA-256 as expected")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """What this machine offers: sandbox layers, GPU, data, versions."""
    from autograder.commands.doctor import examine, show

    findings = examine()
    if as_json:
        json.dump(findings, sys.stdout, indent=1)
        print()
    else:
        show(findings)


def main() -> None:
    """Entry point: errors for people are one message and an exit status, never a traceback."""
    try:
        app()
    except AutograderError as error:
        _end(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (OSError, MemoryError) as error:
        _end(MachineError.of(error))


def _end(error: AutograderError) -> NoReturn:
    print(f"autograder: {error}", file=sys.stderr)
    sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
