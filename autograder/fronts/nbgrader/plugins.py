"""nbgrader's plugins of this course."""

from pathlib import Path
from typing import Any

from nbgrader.plugins import CsvExportPlugin

from autograder.course import Course
from autograder.fronts.nbgrader.exchange import exchange_marks
from autograder.fronts.nbgrader.places import GRADED
from autograder.results.store import RESULT


class CsvWithMarks(CsvExportPlugin):  # type: ignore[misc]  # nbgrader has no types
    """`nbgrader export`: nbgrader's own CSV file, after marks of formgrader and of marks.jsonl have been exchanged."""

    def export(self, gradebook: Any) -> None:
        root = Path(self.parent.coursedir.root)
        spec = Course.find(root).spec
        known = {s.student.id for s in gradebook.assignment_submissions(spec.assignment)}
        graded = [student for student in known if (root / GRADED / student / RESULT).exists()]
        if graded:
            exchange_marks(gradebook, root / GRADED, spec, graded, self.log)
        super().export(gradebook)
