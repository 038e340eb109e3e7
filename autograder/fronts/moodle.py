"""Moodle: the assignment's own grading worksheet with the grades filled in, and a zip of feedback files.

The worksheet's first column is the participant (`Participant 123`, in the site's language), the maximum stands to the
right of the grade. The zip has one folder for each participant, `Name_123_assignfeedback_file/`: Moodle looks only at
the number, and splits the name of the folder at every underscore.
Source: moodle/moodle, mod/assign/feedback/offline/importgradeslib.php, mod/assign/feedback/file/importziplib.php.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable

from autograder.feedback.report import FEEDBACK
from autograder.fronts.final import Grade
from autograder.fronts.gradebook import column_of, fill, same_maximum
from autograder.fronts.request import Export, ExportError
from autograder.results.store import write_whole
from autograder.results.table import Line

GRADE = "Grade"
_NUMBER = re.compile(r"\D*(\d+)")
_BEGINNING_OF_ZIP = (1980, 1, 1, 0, 0, 0)  # the same grades give the same bytes


def moodle(request: Export) -> str:
    """Fill in the worksheet and zip the feedback pages; the text to print."""
    table = request.filled_in("the worksheet from the assignment's “Download grading worksheet”")
    column = column_of(table, request.column or GRADE, request)
    for number, line in table.rows:
        if not _NUMBER.fullmatch(line[0].strip()):
            raise ExportError(
                f"{table.path}, row {number}: “{line[0]}” is no participant with a number. "
                "Download the grading worksheet again; its first column is needed."
            )
        same_maximum(line[column + 1], request, "Moodle")
    filled = fill(table, table.rows, column, range(column), request.grades(), request)
    folder = request.place("moodle")
    table.write(folder / "grades.csv")
    archive, pages = feedback_zip(filled.rows)
    write_whole(folder / "feedback.zip", archive)
    return "\n".join(
        [
            f"Moodle  {folder / 'grades.csv'}: {len(filled.rows)} of {len(table.rows)} rows filled in. "
            "Upload it under “Upload grading worksheet”.",
            f"        {folder / 'feedback.zip'}: {pages} pages, as the last `autograder report` wrote them. "
            "Upload it under “Upload multiple feedback files in a zip”.",
            *filled.remarks,
        ]
    )


def feedback_zip(rows: Iterable[tuple[Line, Grade]]) -> tuple[bytes, int]:
    """The archive, and how many pages are in it. A group's page goes to each of its members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for line, grade in rows:
            page = grade.record.folder / FEEDBACK
            if page.is_file():
                info = zipfile.ZipInfo(
                    f"{feedback_folder(line[0], grade.person.name)}/{FEEDBACK}", _BEGINNING_OF_ZIP
                )
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, page.read_bytes())
        count = len(archive.namelist())
    return buffer.getvalue(), count


def feedback_folder(participant: str, name: str) -> str:
    """The folder's name: letters, digits, hyphens and spaces of the person's name, and the participant's number."""
    plain = " ".join("".join(c if c.isalnum() or c == "-" else " " for c in name).split())
    number = _NUMBER.fullmatch(participant.strip())
    assert number is not None  # checked when the worksheet was read
    return f"{plain or 'Participant'}_{number[1]}_assignfeedback_file"
