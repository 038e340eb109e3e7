"""The CSV file in which people mark: one row per written answer, ordered by question, and one per flagged submission.

`export_csv` writes it from a class folder, `import_csv` appends the changed rows to marks.jsonl. A row without
items and points says nothing, so that several people can work on copies of one export. Where a question has a rubric,
the points are those of the items; other points are a decision that needs a comment.
"""

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from autograder.results.answers import answer_sha256
from autograder.results.classroom import Classroom, Submitted, read_class
from autograder.results.looks import FLAGS, QUESTION, RUBRIC, asked, flags_sha256
from autograder.results.marks import MARKS, Key, Mark, MarksError, append, read_marks
from autograder.results.model import Question
from autograder.results.rubric import Rubric
from autograder.results.spreadsheet import quoted, unquoted
from autograder.results.store import write_whole
from autograder.results.text import clean, clean_line

COLUMNS = (
    "submission",
    "question",
    "max_points",
    "choices",
    "items",
    "points",
    "comment",
    "marker",
    "answer",
    "pictures",
    "answer_sha256",
)
FOR_READING = ("max_points", "choices", "answer", "pictures")
SHOWN_CHARACTERS = 2000
Rubrics = Mapping[str, Rubric]


def export_csv(class_folder: Path, path: Path, rubrics: Rubrics) -> tuple[int, int]:
    """Write one row per (submission, written question), one more per flagged submission, with the mark that stands, if any.

    `points` is left empty where the items say it, so that other items mean other points. Returns how many rows are
    of answers, and how many of flags.
    """
    rows = list(_rows(read_class(class_folder), _with_flags(rubrics)))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows({column: quoted(cell) for column, cell in row.items()} for row in rows)
    write_whole(path, "\ufeff" + text.getvalue())  # Excel reads UTF-8 only with this mark
    flags = sum(row["question"] == FLAGS for row in rows)
    return len(rows) - flags, flags


def _with_flags(rubrics: Rubrics) -> Rubrics:
    return {**rubrics, FLAGS: RUBRIC}


def _marked(record: Submitted) -> list[Question]:
    """What people mark of a submission."""
    return [*record.written, QUESTION] if record.result.flags else record.written


def _rows(classroom: Classroom, rubrics: Rubrics) -> Iterator[dict[str, str]]:
    order = list(dict.fromkeys(q.id for record in classroom.records for q in record.written))
    for question_id in [*order, FLAGS]:
        for record in classroom.records:
            for question in _marked(record):
                if question.id != question_id:
                    continue
                mark = classroom.standing.counted.get((record.name, question_id))
                answer, sha256 = _answer(record, question_id)
                rubric = rubrics.get(question_id)
                yield {
                    "submission": record.name,
                    "question": question_id,
                    "max_points": f"{question.max_score:g}",
                    "choices": "" if rubric is None else _choices(rubric),
                    "items": "" if mark is None else ", ".join(mark.items),
                    "points": "" if mark is None else _own_points(mark, rubric, question),
                    "comment": "" if mark is None else mark.comment,
                    "marker": "" if mark is None else mark.marker,
                    "answer": clean(answer)[:SHOWN_CHARACTERS],
                    "pictures": _pictures(record, question_id, classroom.folder),
                    "answer_sha256": sha256,
                }


def _answer(record: Submitted, question: str) -> tuple[str, str]:
    """What a person reads before they decide, and its hash."""
    if question == FLAGS:
        return "\n".join(asked(record.result)), flags_sha256(record.result)
    answer = record.answer(question)
    return answer, answer_sha256(answer)


def _choices(rubric: Rubric) -> str:
    """`a 1; b 2 or c 1`: every item with its points, the items of a group as alternatives."""
    texts: dict[str, list[str]] = {}
    for item in rubric.items:
        texts.setdefault(item.group or f"item {item.id}", []).append(f"{item.id} {item.points:g}")
    return "; ".join(" or ".join(group) for group in texts.values())


def _own_points(mark: Mark, rubric: Rubric | None, question: Question) -> str:
    """The points that the items do not say by themselves."""
    said = rubric is not None and mark.items and rubric.points(mark.items, question.max_score) == mark.points
    return "" if said else repr(mark.points)


def _pictures(record: Submitted, question: str, class_folder: Path) -> str:
    """The files to look at, one a line, below the class folder; then what could not be drawn."""
    shown = record.pictures.get(question)
    if shown is None:
        return ""
    folder = record.folder.relative_to(class_folder).as_posix()
    return "\n".join([*(f"{folder}/{page.file}" for page in shown.pages), *map(clean_line, shown.notes)])


def import_csv(class_folder: Path, path: Path, rubrics: Rubrics) -> int:
    """Append every row that says something new to marks.jsonl; returns how many.

    A mark keeps the answer's hash of its row: if the answer has changed since the export, the mark is stale.

    Raises:
        MarksError: any row is wrong; all mistakes are listed and nothing is imported.
    """
    classroom, rubrics = read_class(class_folder), _with_flags(rubrics)
    known = {record.name: record for record in classroom.records}
    current = {(*mark.key, mark.answer_sha256): mark for mark in read_marks(class_folder / MARKS)}
    changed: list[Mark] = []
    mistakes: list[str] = []
    seen: dict[Key, int] = {}
    for number, row in enumerate(_read(path), start=2):  # row 1 is the header, as spreadsheets count
        if not row["points"].strip() and not row["items"].strip():
            continue
        try:
            mark = _mark(row, known, rubrics)
            first = seen.setdefault(mark.key, number)
            if first != number:
                raise ValueError(f"row {first} marks the same answer; keep one of the two")
            before = current.get((*mark.key, mark.answer_sha256))
            if before is not None and _says_the_same(mark, before):
                continue
            _agree(mark, rubrics.get(mark.question), _question(row, known[mark.submission]))
        except ValueError as error:
            mistakes.append(f"{path}, row {number}: {error}")
            continue
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
    needed = [c for c in COLUMNS if c not in FOR_READING]
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


def _mark(row: dict[str, str], known: dict[str, Submitted], rubrics: Rubrics) -> Mark:
    record = known.get(row["submission"])
    if record is None:
        raise ValueError(_unknown_submission(row["submission"], known))
    question = _question(row, record)
    who = row["marker"].strip()
    if not who:
        raise ValueError("no marker; write your name or initials into the column marker")
    items = [item for item in re.split(r"[,;\s]+", row["items"]) if item]
    rubric = rubrics.get(question.id)
    if row["points"].strip():
        points = _points(row["points"], question.max_score)
    elif rubric is not None:
        points = rubric.points(items, question.max_score)
    else:
        raise ValueError(f"question {question.id} has no rubric; write its points, and no items")
    try:
        return Mark(
            submission=record.name,
            question=question.id,
            items=items,
            points=points,
            comment=row["comment"].replace("\r\n", "\n").replace("\r", "\n"),
            marker=who,
            time=datetime.now(UTC),
            answer_sha256=row["answer_sha256"].strip(),
        )
    except ValidationError:
        raise ValueError(
            f"answer_sha256 {row['answer_sha256'][:20]!r} is no hash; copy it from a fresh export"
        ) from None


def _question(row: dict[str, str], record: Submitted) -> Question:
    question = next((q for q in (*record.result.questions, QUESTION) if q.id == row["question"]), None)
    if question is None:
        ids = ", ".join(q.id for q in _marked(record))
        raise ValueError(f"unknown question {row['question']!r}; write one of {ids}")
    if question.kind != "written":
        raise ValueError(f"question {question.id} is marked by the machine; delete this row")
    return question


def _says_the_same(mark: Mark, before: Mark) -> bool:
    """Whether nothing was decided anew; such a row need not fit a rubric that has changed since."""
    said = (set(mark.items), mark.points, mark.comment)
    return said == (set(before.items), before.points, before.comment)


def _agree(mark: Mark, rubric: Rubric | None, question: Question) -> None:
    """ValueError unless the items are a choice that the rubric allows, and the points theirs or commented on."""
    if rubric is None:
        if mark.items:
            raise ValueError(f"question {question.id} has no rubric; write its points, and no items")
        return
    rubric.check(mark.items)
    total = rubric.points(mark.items, question.max_score)
    if not math.isclose(mark.points, total) and not mark.comment.strip():
        given = f"the items add up to {total:g}" if mark.items else "no items are given"
        raise ValueError(
            f"points {mark.points:g}, but {given}; empty the cell points and choose items, "
            "or say in the column comment why the points differ"
        )


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
