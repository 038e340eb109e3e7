"""Otter's plugin: the engine grades, and Otter's kernel runs an empty notebook beside nothing of the student's."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
from otter.plugins import AbstractOtterPlugin
from otter.test_files import GradingResults

from autograder.course import Course
from autograder.fronts.grading import grade_one
from autograder.fronts.otter.bundle import COURSE
from autograder.fronts.otter.shape import scores, test_files
from autograder.results.looks import asked
from autograder.results.store import as_text

STUDENT, GRADED, NAME = "student", "graded", "submission"


class EnginePlugin(AbstractOtterPlugin):  # type: ignore[misc]  # Otter has no types
    """Hands a submission from `otter run` to the engine and its marks back.

    Configuration: `training` (with or without the training runs), `data` (MNIST's folder or `embedded`; $MNIST_DIR if it is
    missing). Otter's folders are source/ (what was in the zip), submission/ (where Otter works) and results/.
    """

    def before_grading(self, config: Any) -> None:
        """Take the student's files away before Otter reads a log (a pickle) or starts Python beside them.

        A kernel that starts in their folder would import their modules: `python -m` looks there first.
        """
        home = Path.cwd().parent
        (home / STUDENT).mkdir()
        for path in Path.cwd().iterdir():
            if not _is_otters(path):
                shutil.move(path, home / STUDENT / path.name)
        submission = Path(self.submission_path)
        submission.write_text("" if submission.suffix == ".py" else as_text(_empty()))
        config.grade_from_log = False

    def before_execution(self, nb: Any) -> Any:
        """An empty notebook, for the kernel of this machine."""
        return _empty()

    def after_grading(self, results: GradingResults) -> None:
        """Put the engine's marks in the place of Otter's; raises where there are none, so that Otter stores nothing."""
        home = Path.cwd().parent
        course = Course.find(home / "source" / COURSE)
        options = self.plugin_config
        result = grade_one(
            home / STUDENT,
            NAME,
            course,
            home / GRADED,
            training=bool(options.get("training", True)),
            data=options.get("data"),
        )
        marked = GradingResults.from_ottr_json(as_text(test_files(result, course.spec, datetime.now(UTC))))
        results.results = marked.results
        results._catastrophic_error = None  # of a kernel that had nothing to decide
        for question, score in scores(result).items():
            results.update_score(question, score)
        results.set_output(
            f"{result.score:g} of {result.graded_max:g} points by the machine, {result.max_score:g} in all."
        )
        self._asked = asked(result)

    def generate_report(self) -> str | None:
        """What a person has to look at, for the output of `otter run`: students read the results, not that."""
        return "\n".join(f"For a person to look at: {line}" for line in self._asked) or None


def _is_otters(path: Path) -> bool:
    """What Otter itself has put beside the submission: our tests, and an empty file for relative imports."""
    return path.name == "tests" or (path.name == "__init__.py" and not path.stat().st_size)


def _empty() -> Any:
    notebook = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return notebook
