"""Answers on paper become pictures, or a note says why not; nothing that is handed in does more.

The readers run in a real sandbox; what comes out is read by Pillow, which had no part in writing it.
"""

import random
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from PIL import Image

from autograder.engine.pictures import PAGES, Drawing
from autograder.results.answers import Answer
from autograder.results.papers import Paper
from autograder.results.pictures import Drawn
from autograder.sandbox import Limits, Reply, Request, Zygote
from tests.engine.papers import (
    BLUE,
    RED,
    WHITE,
    encrypted_pdf,
    opened,
    pdf,
    png_that_claims,
    saved,
    two_halves,
)

Draw = Callable[..., Drawn]
GOOD = saved(two_halves(), "PNG")
LIMITS = Limits()


@pytest.fixture
def draw(zygote: Zygote) -> Draw:
    """Draws files, in this order, as the answer to one question."""

    def one(*contents: bytes, names: Sequence[str] = (), limits: Limits = LIMITS) -> Drawn:
        called = [*names, *(f"written/9-1a-{i + 1}.pdf" for i in range(len(names), len(contents)))]
        papers = tuple(Paper("file", name, content) for name, content in zip(called, contents, strict=True))
        answers = {"9-1a-written": Answer("", papers)}
        (drawn,) = Drawing(zygote, limits).draw(answers, ["9-1a-written", "9-1b-written"])
        return drawn

    return one


def near(color: object, wanted: tuple[int, int, int]) -> bool:
    return bool(np.abs(np.array(color) - wanted).max() < 40)


# --- what is read ----------------------------------------------------------------------------------------------------


def test_every_page_of_a_pdf_is_drawn_in_order_and_with_its_ink(draw: Draw) -> None:
    drawn = draw(pdf(["first page", "", "third"]), names=["written/9-1a.pdf"])
    assert drawn.notes == []
    assert [title for title, _ in drawn.pages] == [f"written/9-1a.pdf, page {i}" for i in (1, 2, 3)]
    ink = [int((np.asarray(opened(content)) < 128).sum()) for _, content in drawn.pages]
    assert ink[0] > ink[2] > ink[1] == 0
    assert opened(drawn.pages[0][1]).size == (1240, 1754)


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_a_photo_keeps_its_colours_and_its_name(draw: Draw, format: str) -> None:
    drawn = draw(saved(two_halves(), format), names=["photo of 9-1a"])
    ((title, content),) = drawn.pages
    picture = opened(content)
    assert (title, picture.size, drawn.notes) == ("photo of 9-1a", (60, 40), [])
    assert near(picture.getpixel((15, 20)), RED)
    assert near(picture.getpixel((45, 20)), BLUE)


@pytest.mark.parametrize(
    ("orientation", "red"),
    [(1, "left"), (3, "right"), (6, "top"), (8, "bottom")],
    ids=["0°", "180°", "90°", "270°"],
)
def test_a_photo_stands_upright_as_the_camera_was_held(draw: Draw, orientation: int, red: str) -> None:
    """EXIF 2.32, tag 0x0112: 6 says that row 0 of the file is the right side of the scene."""
    ((_, content),) = draw(saved(two_halves(), "JPEG", orientation)).pages
    picture = opened(content)
    width, height = picture.size
    assert (width, height) == ((60, 40) if red in ("left", "right") else (40, 60))
    places = {"left": (5, 20), "right": (55, 20), "top": (20, 5), "bottom": (20, 55)}
    assert near(picture.getpixel(places[red]), RED)


def test_a_large_photo_is_reduced_to_a_page(draw: Draw) -> None:
    ((_, content),) = draw(saved(two_halves((5000, 4000)), "JPEG")).pages
    assert opened(content).size == (1550, 1240)


def test_ink_on_a_transparent_ground_is_seen_on_white(draw: Draw) -> None:
    image = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    image.putpixel((3, 3), (*BLUE, 255))
    ((_, content),) = draw(saved(image, "PNG")).pages
    picture = opened(content)
    assert near(picture.getpixel((10, 10)), WHITE)
    assert near(picture.getpixel((3, 3)), BLUE)


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "LA"])
def test_every_kind_of_png_comes_out_as_light_as_it_is(draw: Draw, mode: str) -> None:
    half = Image.new("L", (40, 40), 0)
    half.paste(255, (0, 0, 20, 40))
    image = (
        Image.fromarray(np.asarray(half).astype(np.uint16) * 257) if mode == "I;16" else half.convert(mode)
    )
    ((_, content),) = draw(saved(image, "PNG")).pages
    picture = opened(content).convert("L")
    assert (picture.getpixel((5, 20)), picture.getpixel((35, 20))) == (255, 0)


def test_the_content_counts_and_not_the_name(draw: Draw) -> None:
    drawn = draw(GOOD, pdf(["a page"]), names=["written/9-1a.pdf", "written/9-1a.png"])
    assert [title for title, _ in drawn.pages] == ["written/9-1a.pdf", "written/9-1a.png"]
    assert drawn.notes == []


def test_a_file_that_is_two_things_is_drawn_as_what_it_begins_with(draw: Draw) -> None:
    assert opened(draw(GOOD + pdf(["hidden"])).pages[0][1]).size == (60, 40)


# --- what is not -----------------------------------------------------------------------------------------------------

BROKEN = "it is broken, or was not transferred whole"
NEITHER = "it is neither a PDF nor a PNG nor a JPEG file"
PHOTO = saved(Image.effect_noise((300, 300), 80), "JPEG")
SCAN = saved(Image.effect_noise((300, 300), 80), "PNG")
BAD = {
    "empty": (b"", NEITHER),
    "random": (random.Random(1).randbytes(5000), NEITHER),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', NEITHER),
    "gif": (saved(two_halves(), "GIF"), NEITHER),
    "heic": (b"\0\0\0\x18ftypheic" + bytes(100), "it is a HEIC or AVIF photo: save it as JPEG"),
    "cut png": (SCAN[: len(SCAN) // 2], BROKEN),
    "cut jpeg": (PHOTO[: len(PHOTO) // 2], BROKEN),
    "cut pdf": (pdf(["page"])[:100], BROKEN),
    "bomb": (png_that_claims(100_000, 100_000), "it has more than 200 million pixels"),
    "wide bomb": (png_that_claims(2**31 - 1, 1), "it has more than 200 million pixels"),
    "no pixels": (png_that_claims(14_000, 14_000), BROKEN),
    "encrypted": (encrypted_pdf(), "it is protected by a password"),
    "pdf of random bytes": (b"%PDF-1.7\n" + random.Random(2).randbytes(5000), BROKEN),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_read_is_said_and_costs_its_neighbours_nothing(draw: Draw, kind: str) -> None:
    content, why = BAD[kind]
    drawn = draw(content, GOOD, names=["written/9-1a.png", "written/9-1a-2.png"])
    assert drawn.notes == [f"written/9-1a.png could not be drawn: {why}."]
    assert [title for title, _ in drawn.pages] == ["written/9-1a-2.png"]


def test_of_ten_thousand_pages_the_first_are_drawn(draw: Draw) -> None:
    drawn = draw(pdf(["page"] * 10_000), GOOD, names=["written/9-1a.pdf", "written/9-1a-2.png"])
    assert len(drawn.pages) == PAGES
    assert drawn.notes == [
        "pages 13 to 10000 of written/9-1a.pdf could not be drawn: at most 12 pages of an answer are.",
        "written/9-1a-2.png could not be drawn: at most 12 pages of an answer are.",
    ]


def test_of_a_thousand_photos_only_the_first_are_opened(draw: Draw) -> None:
    drawn = draw(*[b"x"] * 1000)
    assert len(drawn.notes) == PAGES + 1
    assert drawn.notes[-1] == "Of 1000 files and images only the first 12 were opened."


@pytest.mark.parametrize(
    "box", ["0 0 1e9 1e9", "0 0 14400 1", "0 0 1 14400", "0 0 0 0", "0 0 -5 -5", "5 5 nan inf"]
)
def test_pages_of_an_odd_size_stay_within_bounds(draw: Draw, box: str) -> None:
    drawn = draw(pdf(["page"], box=box))
    assert len(drawn.pages) + len(drawn.notes) == 1
    for _, content in drawn.pages:
        short, long = sorted(opened(content).size)
        assert 0 < short <= 1240
        assert long <= 1754


def test_a_page_that_takes_too_long_costs_only_itself(draw: Draw) -> None:
    slow = "(x) Tj " * 2_000_000
    drawn = draw(
        pdf(["one", f") Tj {slow} (", "three"]), names=["written/9-1a.pdf"], limits=Limits(call_seconds=0.3)
    )
    assert [title for title, _ in drawn.pages] == ["written/9-1a.pdf, page 1", "written/9-1a.pdf, page 3"]
    assert drawn.notes == ["page 2 of written/9-1a.pdf could not be drawn: it takes more than 0.3 seconds."]


def test_memory_has_a_bound(draw: Draw) -> None:
    drawn = draw(
        saved(Image.new("RGB", (9000, 9000)), "PNG"),
        GOOD,
        names=["written/9-1a.png", "written/9-1a-2.png"],
        limits=Limits(memory_bytes=100 << 20),
    )
    assert drawn.notes == ["written/9-1a.png could not be drawn: it needs more than 100 MB of memory."]
    assert len(drawn.pages) == 1


def test_a_submission_whose_papers_never_end_is_left_alone_after_a_while(
    zygote: Zygote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.engine.pictures.SECONDS", 0.5)
    slow = "(x) Tj " * 2_000_000
    endless = pdf([f") Tj {slow} ("] * 3)
    papers = {f"{i}-written": Answer("", (Paper("file", f"{i}.pdf", endless),)) for i in (1, 2)}
    first, second = Drawing(zygote, Limits(call_seconds=0.3)).draw(papers, list(papers))
    assert first.notes == [
        "page 1 of 1.pdf could not be drawn: it takes more than 0.3 seconds.",
        "page 2 of 1.pdf could not be drawn: it takes more than 0.3 seconds.",
        "page 3 of 1.pdf could not be drawn: the papers of this submission took more than 0.5 seconds.",
    ]
    assert second.notes == [
        "2.pdf could not be drawn: the papers of this submission took more than 0.5 seconds."
    ]


# --- what a reader that was taken over could say ---------------------------------------------------------------------


class Lying:
    """A sandbox whose program is the file's own."""

    def __init__(self, count: object, pixels: np.ndarray | None) -> None:
        self._count, self._pixels = count, pixels

    def __enter__(self) -> "Lying":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def exchange(self, requests: Sequence[Request]) -> Iterator[Reply]:
        for request in requests:
            if request.op == "pages":
                yield Reply(values={"pages": self._count})
            else:
                yield Reply(tensors={} if self._pixels is None else {"pixels": self._pixels})


@pytest.mark.parametrize(
    ("count", "pixels"),
    [
        (1, None),
        (1, np.zeros((5, 5), np.float32)),
        (1, np.zeros((5,), np.uint8)),
        (1, np.zeros((5, 5, 4), np.uint8)),
        (1, np.zeros((0, 5), np.uint8)),
        (1, np.zeros((1754, 1241), np.uint8)),
        (1, np.zeros((1, 1755), np.uint8)),
        (0, None),
        (-1, None),
        ("1", None),
        (True, None),
        (None, None),
    ],
)
def test_only_an_array_within_bounds_becomes_a_picture(
    monkeypatch: pytest.MonkeyPatch, draw: Draw, count: object, pixels: np.ndarray | None
) -> None:
    monkeypatch.setattr(Zygote, "open", lambda *_, **__: Lying(count, pixels))
    drawn = draw(GOOD)
    assert drawn.pages == []
    assert len(drawn.notes) == 1


def test_readers_that_are_not_there_are_a_note(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.engine.pictures.PROGRAM", "autograder.sandbox.inside.nothing")
    monkeypatch.setattr(Zygote, "preload", lambda *_: {})
    (note,) = draw(GOOD).notes
    assert note.startswith(
        "written/9-1a-1.pdf could not be drawn: a sandbox did not start: ModuleNotFoundError"
    )


def test_nothing_is_read_in_this_process(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    def here(*_: object, **__: object) -> None:
        raise AssertionError("a decoder ran outside a sandbox")

    monkeypatch.setattr(Image, "open", here)
    assert len(draw(saved(two_halves(), "JPEG"), pdf(["page"])).pages) == 2


def test_a_machine_without_namespaces_draws_too() -> None:
    with Zygote(without=("namespaces",)) as bare:
        answers = {"q": Answer("", (Paper("file", "q.pdf", pdf(["page"])), Paper("file", "q.png", GOOD)))}
        (drawn,) = Drawing(bare, LIMITS).draw(answers, ["q"])
    assert (len(drawn.pages), drawn.notes) == (2, [])
