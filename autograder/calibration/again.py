"""`python again.py < ASKED`, in a checkout of earlier code: some runs measured again, with that code.

Another processor gives other numbers with the same code, so whether a change of code has changed the numbers is seen on
one machine alone. This file is run by its path, with the interpreter of a checkout's own environment: the package that it
imports is the one installed there, and not today's.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.assignment.sample import read_tree
from autograder.calibration.measure import Measuring, Seeds, Task
from autograder.calibration.record import Row, budgets, codes
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.sandbox import Zygote

FIRST = Seeds(reference=1, other=1, bug=1, fresh=1)


def measuring(course: Course, data: str | None, device: str, only: Sequence[str] = ()) -> Measuring:
    """What the runs of a calibration have in common; only: these runs, or all if empty."""
    return Measuring(
        spec=course.spec,
        runs=[r for r in course.sheet.runs if not only or r.criterion.partition(".")[0] in only],
        solved=read_tree(course.solutions),
        data=course.data(data),
        device=device,
        budgets=budgets(course.spec),
        codes=codes(),
    )


def by_earlier_code(checkout: Path, data: str | None, device: str, tasks: Sequence[Task]) -> Iterator[Row]:
    """What these tasks, all of the first seed, give with the code in another checkout, as they are measured."""
    python = checkout / ".venv" / "bin" / "python"
    if not python.exists():
        raise AutograderError(f"{python} does not exist. Run `make .venv/installed` in {checkout}.")
    asked = {
        "data": data if data in (None, "embedded") else str(Path(data).resolve()),
        "device": device,
        "runs": [[task.row.run, task.row.variant, task.row.seed] for task in tasks],
    }
    command = [str(python), "-P", __file__]
    with subprocess.Popen(
        command, cwd=checkout, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asked))
        process.stdin.close()
        yield from map(Row.model_validate_json, process.stdout)
    if process.returncode:
        raise AutograderError(
            f"the code in {checkout} could not measure its runs again: see above. Mend it first."
        )


def _main() -> None:
    asked = json.load(sys.stdin)
    runs = {tuple(run) for run in asked["runs"]}
    own = measuring(Course.find(Path()), asked["data"], asked["device"])
    tasks = [t for t in own.tasks(FIRST) if (t.row.run, t.row.variant, t.row.seed) in runs]
    with Zygote(device=asked["device"]) as zygote:
        own.measure(tasks, zygote, 1, lambda row: print(row.model_dump_json(), flush=True))


if __name__ == "__main__":
    _main()
