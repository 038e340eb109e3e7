"""Answers on paper on their way through a class run: beside each result, never in another's, never at the cost of a mark."""

import base64
import csv
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from autograder.engine.classrun import Done, grade_class
from autograder.engine.grade import Bench
from autograder.engine.sheet import Sheet
from autograder.results.classroom import read_class
from autograder.results.marks import MARKS, Mark, append
from autograder.results.marks_csv import export_csv
from autograder.results.pictures import read_pictures
from autograder.sandbox import Zygote
from autograder.spec.model import QuestionSpec
from tests.engine.papers import BLUE, RED, opened, pdf, saved
from tests.engine.toy import FACTS, SOLUTION
from tests.engine.toy_spec import toy_spec
from tests.submission.packing import put_folder

Grade = Callable[..., dict[str, Done]]


def image(color: tuple[int, int, int], format: str = "PNG") -> bytes:
    return saved(Image.new("RGB", (30, 30), color), format)


def notebook(question: str, **attachments: bytes) -> bytes:
    encoded = {f"{n}.png": {"image/png": base64.b64encode(c).decode()} for n, c in attachments.items()}
    cell = {
        "cell_type": "markdown",
        "metadata": {"nbgrader": {"grade_id": question}},
        "source": "see the photo",
        "attachments": encoded,
    }
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.fixture
def bench(zygote: Zygote) -> Bench:
    spec = toy_spec()
    written = [QuestionSpec(id=f"{q}-written", title=q, kind="written", points=2) for q in ("1a", "1b")]
    return Bench(
        spec=spec.model_copy(
            update={"questions": (*spec.questions, *written), "max_score": spec.max_score + 4}
        ),
        sheet=Sheet(
            facts=FACTS,
            runs=(),
            given={},
            required=tuple(SOLUTION),
            notebook="toy.ipynb",
            stamp="generative/__init__.py",
        ),
        zygote=zygote,
        course_key=b"k" * 32,
        execution_sha256="e" * 64,
        marking_sha256="m" * 64,
        data=None,
    )


@pytest.fixture
def grade(bench: Bench, tmp_path: Path) -> Grade:
    """Grades the solution with these further files, by name of the student, into one class folder."""

    def run(resume: bool = False, **students: Mapping[str, bytes]) -> dict[str, Done]:
        paths = {put_folder(tmp_path / name, {**SOLUTION, **files}): name for name, files in students.items()}
        done = grade_class(paths, bench, tmp_path / "out", jobs=2, resume=resume)
        return {one.name: one for one in done}

    return run


def colors(folder: Path) -> dict[str, list[Any]]:
    """The colour of every picture's middle, by question."""
    return {
        question: [
            opened((folder / page.file).read_bytes()).convert("RGB").getpixel((15, 15))
            for page in shown.pages
        ]
        for question, shown in read_pictures(folder).items()
    }


def test_photos_in_a_cell_and_files_are_kept_in_this_order_beside_the_result(
    grade: Grade, tmp_path: Path
) -> None:
    files = {"toy.ipynb": notebook("1a-written", photo=image(RED)), "written/1A.PNG": image(BLUE)}
    grade(ada=files)
    shown = read_pictures(tmp_path / "out/ada")["1a-written"]
    assert [(page.file, page.title) for page in shown.pages] == [
        ("written/1a-1.png", "photo.png"),
        ("written/1a-2.png", "written/1A.PNG"),
    ]
    assert colors(tmp_path / "out/ada") == {"1a-written": [RED, BLUE]}


def test_papers_of_two_students_never_mix(grade: Grade, tmp_path: Path) -> None:
    grade(
        ada={"toy.ipynb": notebook("1a-written", photo=image(RED)), "written/1b.png": image(RED)},
        bob={"toy.ipynb": notebook("1b-written", photo=image(BLUE))},
        cy={},
    )
    assert colors(tmp_path / "out/ada") == {"1a-written": [RED], "1b-written": [RED]}
    assert colors(tmp_path / "out/bob") == {"1b-written": [BLUE]}
    assert colors(tmp_path / "out/cy") == {}


def test_pages_that_are_no_longer_handed_in_are_gone(grade: Grade, tmp_path: Path) -> None:
    grade(ada={"written/1a.pdf": pdf(["one", "two"])})
    (tmp_path / "ada/written/1a.pdf").write_bytes(pdf(["one"]))
    grade(ada={})
    assert [path.name for path in (tmp_path / "out/ada/written").iterdir()] == ["1a-1.png"]
    (tmp_path / "ada/written").rename(tmp_path / "elsewhere")
    grade(ada={})
    assert not (tmp_path / "out/ada/written").exists()


def test_a_submission_that_can_no_longer_be_opened_leaves_no_pictures(grade: Grade, tmp_path: Path) -> None:
    grade(ada={"written/1a.png": image(RED)})
    (tmp_path / "ada/link.py").symlink_to("/etc/passwd")
    assert grade(ada={})["ada"].result.status == "refused"
    assert read_pictures(tmp_path / "out/ada") == {}
    assert not (tmp_path / "out/ada/written").exists()


def test_resume_keeps_pictures_without_drawing(grade: Grade, tmp_path: Path) -> None:
    grade(ada={"written/1a.png": image(RED)})
    before = (tmp_path / "out/ada/written/1a-1.png").stat().st_mtime_ns
    assert grade(resume=True, ada={})["ada"].how == "kept"
    assert (tmp_path / "out/ada/written/1a-1.png").stat().st_mtime_ns == before


@pytest.mark.parametrize("cut", [b'{"cells": [', b"\xff\xfe{}", b"[" * 200_000, b'{"cells": "none"}'])
def test_a_notebook_that_cannot_be_read_is_a_note_to_its_author(grade: Grade, cut: bytes) -> None:
    done = grade(ada={"toy.ipynb": cut}, bob={"toy.ipynb": notebook("1a-written")})
    assert done["ada"].result.submission.notes == [
        "toy.ipynb cannot be read: it is cut off or no notebook, and nothing in it is seen. "
        "Save it in Jupyter once more, and hand in again."
    ]
    assert done["bob"].result.submission.notes == []


def test_what_cannot_be_drawn_is_a_note_to_the_student_and_costs_no_points(
    grade: Grade, tmp_path: Path
) -> None:
    files = {"written/1a.jpg": b"not a photo", "1b.pdf": pdf(["page"]), "written/1b.heic": b"x"}
    done = grade(ada=files, bob={})
    assert done["ada"].result.score == done["bob"].result.score
    assert list(done["ada"].result.submission.notes) == [
        'Ignored, not part of the exercise: "1b.pdf", "written/1b.heic".',
        'Not taken for a written answer: "1b.pdf", "written/1b.heic". An answer on paper is a PDF, PNG or JPEG file '
        "that is named after its question: written/1b.pdf, .png or .jpg.",
        "written/1a.jpg could not be drawn: it is neither a PDF nor a PNG nor a JPEG file.",
    ]


def test_a_grader_that_cannot_draw_still_grades(grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("a slip of ours")

    monkeypatch.setattr("autograder.engine.classrun.Drawing.draw", fails)
    result = grade(ada={"written/1a.png": image(RED)})["ada"].result
    assert (result.status, result.score) == ("graded", 4)
    assert (
        "The grader failed to show what is written or on paper: ZeroDivisionError('a slip of ours')."
        in result.submission.notes[-1]
    )


def test_another_photo_makes_a_mark_stale(grade: Grade, tmp_path: Path) -> None:
    out = tmp_path / "out"
    grade(ada={"written/1a.png": image(RED)})
    (row,) = [row for row in exported(out) if row["question"] == "1a-written"]
    append(
        out / MARKS,
        [
            Mark(
                submission="ada",
                question="1a-written",
                points=1.5,
                marker="Eve",
                time=datetime(2027, 1, 1, tzinfo=UTC),
                answer_sha256=row["answer_sha256"],
            )
        ],
    )
    assert read_class(out).standing.counted[("ada", "1a-written")].points == 1.5
    grade(ada={"written/1a.png": image(BLUE)})
    standing = read_class(out).standing
    assert ("ada", "1a-written") not in standing.counted
    assert standing.stale[("ada", "1a-written")].points == 1.5


def test_the_table_for_marking_names_the_pictures_and_what_is_missing(grade: Grade, tmp_path: Path) -> None:
    grade(ada={"written/1a.pdf": pdf(["one", "two"]), "written/1a-2.png": b"x"})
    (row,) = [row for row in exported(tmp_path / "out") if row["question"] == "1a-written"]
    assert row["pictures"].splitlines() == [
        "ada/written/1a-1.png",
        "ada/written/1a-2.png",
        "written/1a-2.png could not be drawn: it is neither a PDF nor a PNG nor a JPEG file.",
    ]


def exported(out: Path) -> list[dict[str, str]]:
    """The rows of `marks export`, without rubrics."""
    table = out.parent / "marks.csv"
    export_csv(out, table, {})
    with table.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))
