"""Names by which files on paper belong to questions, and pictures on disk."""

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from autograder.results import pictures
from autograder.results.papers import Paper, misnamed_notes, pages_in_order, paper_question
from autograder.results.pictures import Drawn, Page, Shown, read_pictures, write_pictures
from autograder.results.png import png
from autograder.results.store import ResultError

QUESTIONS = ["9-1a-written", "9-1b-written", "9-2d-written"]


@pytest.mark.parametrize(
    ("path", "question"),
    [
        ("written/9-1a.pdf", "9-1a-written"),
        ("written/9-1a.png", "9-1a-written"),
        ("written/9-1a.jpeg", "9-1a-written"),
        ("Written/9-1A.PDF", "9-1a-written"),
        ("written/9-2d-2.jpg", "9-2d-written"),
        ("written/9-1c.pdf", None),  # no such question
        ("written/9_1a.pdf", None),
        ("written/9-1a.heic", None),
        ("written/9-1a", None),
        ("9-1a.pdf", None),
        ("written/more/9-1a.pdf", None),
        ("written/9-1a-.pdf", None),
        ("written/9-1a-100.pdf", None),
    ],
)
def test_a_file_in_written_belongs_to_the_question_that_it_is_named_after(
    path: str, question: str | None
) -> None:
    assert paper_question(path, QUESTIONS) == question


def test_photos_of_one_answer_are_in_the_order_of_their_numbers() -> None:
    names = ["written/9-1a.pdf", "written/9-1a-2.jpeg", "written/9-1a-3.png", "written/9-1a-10.jpg"]
    assert pages_in_order(reversed(names)) == names


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("9-1a.pdf", "9-1a"),
        ("scans/9-2d.jpg", "9-2d"),
        ("written/9_1b.pdf", "9-1b"),
        ("written/9-1a.heic", "9-1a"),
        ("answers 9.1(a).docx", "9-1a"),
        ("WRITTEN/9-1b.tiff", "9-1b"),
        ("written/9-1c.pdf", "9-1a"),  # no such question: the name of another as an example
        ("written/solution.md", "9-1a"),
    ],
)
def test_what_looks_like_an_answer_but_is_none_is_told_with_what_was_expected(
    path: str, expected: str
) -> None:
    assert misnamed_notes([path], QUESTIONS) == [
        f'Not taken for a written answer: "{path}". An answer on paper is a PDF, PNG or JPEG file that is named after '
        f"its question: written/{expected}.pdf, .png or .jpg."
    ]


@pytest.mark.parametrize(
    "path",
    [
        "written/9-1a.pdf",
        "README.md",
        "samples/epoch_1.png",
        "generative/vae.py",
        "written/.gitkeep",
        "9-1a.py",
    ],
)
def test_nothing_is_said_of_other_files(path: str) -> None:
    assert misnamed_notes([path], QUESTIONS) == []


def test_of_many_only_a_few_are_named() -> None:
    (note,) = misnamed_notes([f"written/{i}.heic" for i in range(9)], QUESTIONS)
    assert '"written/4.heic" and 4 more. An answer' in note


@given(path=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_name_belongs_to_one_of_the_questions_or_to_none(path: str) -> None:
    assert paper_question(path, QUESTIONS) in (None, *QUESTIONS)
    assert misnamed_notes([path], QUESTIONS) == [] or paper_question(path, QUESTIONS) is None


def test_a_paper_with_an_endless_name_has_a_short_title() -> None:
    assert len(str(Paper("attachment", "x" * 10_000, b""))) < 250


# --- on disk ---------------------------------------------------------------------------------------------------------


@given(
    st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([(), (3,)])),
    st.integers(0, 2**32 - 1),
)
def test_a_png_of_ours_holds_the_pixels_that_another_reader_finds(
    form: tuple[int, int, tuple[int, ...]], seed: int
) -> None:
    height, width, colors = form
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, *colors), dtype=np.uint8)
    with Image.open(io.BytesIO(png(pixels))) as image:
        assert image.mode == ("RGB" if colors else "L")
        assert np.array_equal(np.asarray(image), pixels)


def test_pictures_are_read_as_they_were_written(tmp_path: Path) -> None:
    drawn = Drawn("9-1a-written", [("a photo", b"1"), ("page 2 of <b>.pdf", b"2")], ["page 3 is missing"])
    shown = write_pictures(tmp_path, [drawn])
    assert shown == read_pictures(tmp_path)
    assert shown == {
        "9-1a-written": Shown(
            pages=[
                Page(file="written/9-1a-1.png", title="a photo"),
                Page(file="written/9-1a-2.png", title="page 2 of <b>.pdf"),
            ],
            notes=["page 3 is missing"],
        )
    }
    assert (tmp_path / "written/9-1a-2.png").read_bytes() == b"2"


def test_pictures_beyond_what_a_disk_holds_for_a_class_are_left_out_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "BYTES", 2 << 20)
    noise = bytes(1 << 20)
    drawn = [
        Drawn("9-1a-written", [("a.jpg", noise), ("b.pdf, page 1", noise)], []),
        Drawn("9-1b-written", [("c.jpg", noise), ("d.jpg", noise)], ["e.jpg could not be drawn."]),
    ]
    shown = write_pictures(tmp_path, drawn)
    assert [page.title for page in shown["9-1a-written"].pages] == ["a.jpg", "b.pdf, page 1"]
    assert shown["9-1b-written"] == Shown(
        notes=[
            "e.jpg could not be drawn.",
            "Not shown: c.jpg, d.jpg. The pictures of one submission take at most 2 MB; look at the submission itself.",
        ]
    )
    assert sum(path.stat().st_size for path in (tmp_path / "written").iterdir()) == 2 << 20


def test_a_class_folder_from_before_has_no_pictures(tmp_path: Path) -> None:
    assert read_pictures(tmp_path) == {}


@pytest.mark.parametrize(
    "file", ["../../etc/passwd", "javascript:alert(1)", "written/a.svg", "https://x/written/1.png"]
)
def test_only_our_own_files_are_ever_linked(tmp_path: Path, file: str) -> None:
    (tmp_path / "pictures.json").write_text(f'{{"q": {{"pages": [{{"file": "{file}", "title": ""}}]}}}}')
    with pytest.raises(ResultError, match=r"pictures\.json: .*; delete it and grade again without --resume"):
        read_pictures(tmp_path)
