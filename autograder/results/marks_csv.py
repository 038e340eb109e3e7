"""The CSV file in which people mark: one row per written answer, ordered by question.

`export_csv` writes it from a class folder, `import_csv` appends the changed rows to marks.jsonl. A row without
points says nothing, so that several people can work on copies of one export.
"""

import csv
import io
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from autograder.results.answers import answer_sha256
from autograder.results.classroom import Classroom, Submitted, read_class
from autograder.results.marks import MARKS, Key, Mark, MarksError, append, read_marks
from autograder.results.spreadsheet import quoted, unquoted
from autograder.results.store import write_whole

COLUMNS = (
    "submission",
    "question",
    "max_points",
    "points",
    "comment",
    "marker",
    "answer",
    "pictures",
    "answer_sha256",
)
SHOWN_CHARACTERS = 2000


def export_csv(class_folder: Path, path: Path) -> int:
    """Write one row per (submission, written question) with the mark that stands, if any; returns how many rows."""
    rows = list(_rows(read_class(class_folder)))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows({column: quoted(cell) for column, cell in row.items()} for row in rows)
    write_whole(path, "\ufeff" + text.getvalue())  # Excel reads UTF-8 only with this mark
    return len(rows)


def _rows(classroom: Classroom) -> Iterator[dict[str, str]]:
    order = list(dict.fromkeys(q.id for record in classroom.records for q in record.written))
    for question_id in order:
        for record in classroom.records:
            for question in record.written:
                if question.id != question_id:
                    continue
                mark = classroom.standing.counted.get((record.name, question_id))
                answer = record.answer(question_id)
                yield {
                    "submission": record.name,
                    "question": question_id,
                    "max_points": f"{question.max_score:g}",
                    "points": "" if mark is None else repr(mark.points),
                    "comment": "" if mark is None else mark.comment,
                    "marker": "" if mark is None else mark.marker,
                    "answer": answer[:SHOWN_CHARACTERS],
                    "pictures": _pictures(record, question_id, classroom.folder),
                    "answer_sha256": answer_sha256(answer),
                }


def _pictures(record: Submitted, question: str, class_folder: Path) -> str:
    """The files to look at, one a line, below the class folder; then what could not be drawn."""
    shown = record.pictures.get(question)
    if shown is None:
        return ""
    folder = record.folder.relative_to(class_folder).as_posix()
    return "\n".join([*(f"{folder}/{page.file}" for page in shown.pages), *shown.notes])


def import_csv(class_folder: Path, path: Path) -> int:
    """Append every row that says something new to marks.jsonl; returns how many.

    A mark keeps the answer's hash of its row: if the answer has changed since the export, the mark is stale.

    Raises:
        MarksError: any row is wrong; all mistakes are listed and nothing is imported.
    """
    classroom = read_class(class_folder)
    known = {record.name: record for record in classroom.records}
    current = {(*mark.key, mark.answer_sha256): mark for mark in read_marks(class_folder / MARKS)}
    changed: list[Mark] = []
    mistakes: list[str] = []
    seen: dict[Key, int] = {}
    for number, row in enumerate(_read(path), start=2):  # row 1 is the header, as spreadsheets count
        if not row["points"].strip():
            continue
        try:
            mark = _mark(row, known)
            first = seen.setdefault(mark.key, number)
            if first != number:
                raise ValueError(f"row {first} marks the same answer; keep one of the two")
        except ValueError as error:
            mistakes.append(f"{path}, row {number}: {error}")
            continue
        before = current.get((*mark.key, mark.answer_sha256))
        if before is not None and before.points == mark.points:
            if before.comment == mark.comment:
                continue
            mark = mark.model_copy(update={"items": before.items})  # the points that they explain still stand
        changed.append(mark)
    if mistakes:
        raise MarksError("\n".join([*mistakes, "Nothing was imported: mend these rows and import again."]))
    append(class_folder / MARKS, changed)
    return len(changed)


def _read(path: Path) -> Iterator[dict[str, str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MarksError(f"{path}: not UTF-8; save it as “CSV UTF-8” and import again") from None
    except OSError as error:
        raise MarksError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","  # Excel in a country that writes 2,5
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restval="")
    needed = [c for c in COLUMNS if c not in ("max_points", "answer", "pictures")]
    try:
        missing = [c for c in needed if c not in (reader.fieldnames or ())]
        if missing:
            raise MarksError(
                f"{path}: no column {', '.join(missing)}; start from a file that `autograder marks export` wrote"
            )
        for row in reader:
            yield {column: unquoted(row[column]) for column in needed}
    except csv.Error as error:
        raise MarksError(f"{path}, line {reader.line_num}: {error}; mend the line or export afresh") from None


def _mark(row: dict[str, str], known: dict[str, Submitted]) -> Mark:
    record = known.get(row["submission"])
    if record is None:
        raise ValueError(_unknown_submission(row["submission"], known))
    question = next((q for q in record.result.questions if q.id == row["question"]), None)
    if question is None:
        ids = ", ".join(q.id for q in record.written)
        raise ValueError(f"unknown question {row['question']!r}; write one of {ids}")
    if question.kind != "written":
        raise ValueError(f"question {question.id} is marked by the machine; delete this row")
    who = row["marker"].strip()
    if not who:
        raise ValueError("no marker; write your name or initials into the column marker")
    try:
        return Mark(
            submission=record.name,
            question=question.id,
            points=_points(row["points"], question.max_score),
            comment=row["comment"].replace("\r\n", "\n").replace("\r", "\n"),
            marker=who,
            time=datetime.now(UTC),
            answer_sha256=row["answer_sha256"].strip(),
        )
    except ValidationError:
        raise ValueError(
            f"answer_sha256 {row['answer_sha256'][:20]!r} is no hash; copy it from a fresh export"
        ) from None


def _points(cell: str, max_score: float) -> float:
    try:
        points = float(cell.strip().replace(",", "."))
    except ValueError:
        raise ValueError(f"points {cell!r} is no number; write one such as 2.5, or leave it empty") from None
    if not (math.isfinite(points) and 0 <= points <= max_score):
        raise ValueError(f"points {cell!r} is out of range; write a number from 0 to {max_score:g}")
    return points


def _unknown_submission(name: str, known: dict[str, Submitted]) -> str:
    stripped = [other for other in known if other.lstrip("0") == name.lstrip("0")]
    if stripped:
        return (
            f"unknown submission {name!r}; is it {stripped[0]!r}? Spreadsheet programs drop leading zeros: "
            "open the CSV with that column as text"
        )
    return f"unknown submission {name!r}; write the name as in index.html, or delete this row"
