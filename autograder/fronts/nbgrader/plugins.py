"""nbgrader's plugins of this course."""

from pathlib import Path
from typing import Any

from nbgrader.plugins import CsvExportPlugin

from autograder.course import Course
from autograder.fronts.gradebook import listed
from autograder.fronts.nbgrader.exchange import exchange_marks
from autograder.fronts.nbgrader.places import GRADED
from autograder.results.classroom import read_class
from autograder.results.looks import HOW, is_held
from autograder.results.store import RESULT


class CsvWithMarks(CsvExportPlugin):  # type: ignore[misc]  # nbgrader has no types
    """`nbgrader export`: nbgrader's own CSV file, after marks of formgrader and of marks.jsonl have been exchanged.

    nbgrader holds no grade back; those that wait for a person's look are named.
    """

    def export(self, gradebook: Any) -> None:
        root = Path(self.parent.coursedir.root)
        spec = Course.find(root).spec
        known = {s.student.id for s in gradebook.assignment_submissions(spec.assignment)}
        graded = [student for student in known if (root / GRADED / student / RESULT).exists()]
        if graded:
            exchange_marks(gradebook, root / GRADED, spec, graded, self.log)
            classroom = read_class(root / GRADED)
            held = [
                record.name
                for record in classroom.records
                if record.name in known and is_held(record.result, classroom.standing.of(record.name))
            ]
            for line in listed(f"Flagged, and no person has let them go, but exported ({HOW})", held):
                self.log.warning(line)
        super().export(gradebook)
