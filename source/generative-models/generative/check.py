"""Given: runs the public checks of `generative/anchors.py` and says how they went.

python -m generative.check            all of them, in a terminal in this folder
python -m generative.check 9-1a       those of one question
check.run("9-1a")                     the same in the notebook, where the cell fails if a check does
pytest                                one test per check
grader.check("9-1a")                  Otter's way: grader = otter.Notebook("generative_models.ipynb")
"""

import argparse
import os
import shutil
import sys
import textwrap
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import torch

from generative import SHEET
from generative.anchors import CHECKS, HIDDEN, PREDICTIONS, Check, NotWritten, Wrong

__all__ = [
    "CHECKS",
    "HIDDEN",
    "PASSED",
    "PREDICTIONS",
    "CheckFailed",
    "of_question",
    "outcome",
    "require",
    "run",
]

PASSED, FAILED, UNWRITTEN = "✓", "✗", "–"
COLOURS = {PASSED: 32, FAILED: 31, UNWRITTEN: 33}
OURS = {Path(__file__).name, "anchors.py"}
LONGEST = 200  # characters of an error's own text


class CheckFailed(Exception):
    """A public check does not pass. Notebooks show the text alone, without a traceback."""

    def _render_traceback_(self) -> list[str]:  # IPython asks an exception for this
        return [str(self)]


@dataclass(frozen=True)
class Outcome:
    """How a check went: ✓, ✗, or – for code that is not written yet; and one sentence unless it passed."""

    mark: str
    sentence: str = ""


def outcome(check: Check) -> Outcome:
    # Forked, so that the notebook's own random numbers go on as if nothing had happened.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        try:
            check.body()
        except NotWritten as missing:
            return Outcome(UNWRITTEN, str(missing))
        except Wrong as wrong:
            return Outcome(FAILED, str(wrong))
        except (Exception, SystemExit) as error:
            return _explained(error)
    return Outcome(PASSED)


def require(check: Check) -> None:
    """Raise CheckFailed with the sentence unless the check passes."""
    result = outcome(check)
    if result.mark != PASSED:
        raise CheckFailed(result.sentence)


def of_question(question: str | None = None) -> list[Check]:
    """The checks of one question, or of all; ValueError if there is no such question."""
    if question not in (None, *HIDDEN):
        raise ValueError(f"no question {question!r}; there are {', '.join(HIDDEN)}")
    return [check for check in CHECKS if question in (None, check.question)]


def run(question: str | None = None) -> None:
    """Show how the checks of one question ("9-1a") or of all went; CheckFailed says so unless all pass."""
    results = [(check, outcome(check)) for check in of_question(question)]
    table = "\n".join(_table(results, width=80))
    bad = sum(result.mark != PASSED for _, result in results)
    if bad:
        raise CheckFailed(
            f"{table}\n\n{bad} of {len(results)} public checks {'does' if bad == 1 else 'do'} not pass yet. "
            "Mend the code, save its file\nand run this cell again. (To go on without it, run the cells below this one.)"
        )
    print(table)


def _explained(error: BaseException) -> Outcome:
    """An exception of the student's code as one sentence that names its line."""
    if isinstance(error, SyntaxError):
        file = Path(error.filename or "your file").name
        return Outcome(FAILED, f"{file}, line {error.lineno} is not Python: {error.msg}.")
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if _is_students(Path(f.filename))]
    text = " ".join(str(error).split())
    if isinstance(error, NotImplementedError) and own and frames[-1] is own[-1]:
        what = text.partition(":")[0] or own[-1].name
        return Outcome(
            UNWRITTEN, f"{what} is not written yet ({Path(own[-1].filename).name}, line {own[-1].lineno})."
        )
    if len(text) > LONGEST:
        text = text[:LONGEST] + " …"
    said = f"{type(error).__name__}: {text}" if text else type(error).__name__
    if not own:
        return Outcome(FAILED, said)
    return Outcome(FAILED, f"{Path(own[-1].filename).name}, line {own[-1].lineno}, `{own[-1].line}`: {said}")


def _is_students(path: Path) -> bool:
    return path.parent == Path(__file__).parent and path.name not in OURS


def _table(results: Sequence[tuple[Check, Outcome]], width: int, colour: bool = False) -> Iterator[str]:
    """Lines: the question once, each check with its mark, its sentence unless the next check says the same."""

    def paragraph(text: str, indent: int) -> list[str]:
        return textwrap.wrap(text, width, initial_indent=" " * indent, subsequent_indent=" " * indent)

    for question, group in groupby(results, key=lambda result: result[0].question):
        rows = list(group)
        for number, (check, result) in enumerate(rows):
            mark = f"\033[{COLOURS[result.mark]}m{result.mark}\033[0m" if colour else result.mark
            yield f"{'' if number else question:<6}{mark} {check.title}"
            if number + 1 == len(rows) or rows[number + 1][1] != result:
                yield from paragraph(result.sentence, 8)
        if all(result.mark == PASSED for _, result in rows):
            yield from paragraph(f"Hidden criteria look at: {HIDDEN[question]}.", 8)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 if all checks pass, else 1."""
    parser = argparse.ArgumentParser(prog="python -m generative.check", description="Run the public checks.")
    parser.add_argument("question", nargs="?", choices=list(HIDDEN), help="only this one, for example 9-1a")
    chosen = of_question(parser.parse_args(arguments).question)
    results = [(check, outcome(check)) for check in chosen]
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print(f"Exercise 9: Generative Models, sheet {SHEET}: public checks\n")
    print("\n".join(_table(results, min(shutil.get_terminal_size().columns - 1, 110), colour)))
    marks = [result.mark for _, result in results]
    counts = ((PASSED, "passed"), (FAILED, "failed"), (UNWRITTEN, "not written yet"))
    print("\n" + "   ".join(f"{mark} {marks.count(mark)} {word}" for mark, word in counts))
    return 0 if set(marks) == {PASSED} else 1


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")  # ✓ and σ also into a pipe on Windows
    sys.exit(main())
