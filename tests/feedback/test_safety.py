"""Pages are inert: whatever a submission puts into a result, it stays text."""

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.feedback.classpage import class_view
from autograder.feedback.pages import class_page, staff_page, student_page
from autograder.results.answers import answer_sha256
from autograder.results.classroom import Classroom, Submitted
from autograder.results.marks import Mark, Standing
from autograder.results.model import Result
from autograder.results.text import clean
from autograder.spec.model import Spec

LATE = datetime(2027, 3, 1, tzinfo=UTC)
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "header", "section", "footer", "div", "p",
    "h1", "h2", "ul", "li", "a", "span", "strong", "code", "pre", "table", "thead", "tbody", "tr",
    "th", "td", "dl", "dt", "dd", "figure", "figcaption", "img", "svg", "rect", "line", "text",
    "polyline",
}  # fmt: skip
HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "</pre></section><form action=//evil><input>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;script&gt;<!-- ]]> -->",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07 \x00\x08",
    "\u202egnissap\u202c \u2066x\u2069",
    "\ud800",
    "x" * 10_000,
    "<" * 10_000,
]


class Reader(HTMLParser):
    """The elements of a page with their attributes, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.style = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] == "style" and not self.style:
            self.style = data
        else:
            self.texts.append(data)

    @property
    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(tag, tuple(attributes)) for tag, attributes in self.elements]


KEPT = {
    "id",
    "kind",
    "status",
    "cause",
    "visibility",
    "sha256",
    "png",
}  # closed sets, hashes and keys of look-ups


def spoiled(value: Any, text: str, key: str = "") -> Any:
    """The same result with every free text replaced."""
    if isinstance(value, dict):
        free = key in ("inputs", "options")
        return {(f"{text}{k}" if free else k): spoiled(v, text, k) for k, v in value.items()}
    if isinstance(value, list):
        return [spoiled(v, text, key) for v in value]
    return (
        text if isinstance(value, str) and key not in KEPT and value not in ("nan", "inf", "-inf") else value
    )


@pytest.fixture
def pages(result: Result, spec: Spec) -> Callable[[str], list[str]]:
    """All three pages of a result whose texts are all `text`, with marks and comments of that text too."""

    def make(text: str) -> list[str]:
        bad = Result.model_validate(spoiled(result.model_dump(by_alias=True), text))
        mark = Mark(
            submission=bad.submission.name,
            question="9-1a-written",
            items=[text],
            points=1,
            comment=text,
            marker="Ada",
            time=LATE,
            answer_sha256=answer_sha256(""),
        )
        marks, answers = {"9-1a-written": mark}, {"9-1a-written": text}
        folder = Path("/class")
        submitted = Submitted(folder / "one", bad, answers)
        again = Submitted(folder / "two", bad, answers)
        classroom = Classroom(folder, (submitted, again), Standing({mark.key: mark}, {}))
        return [
            student_page(bad, spec, marks, LATE),
            staff_page(bad, spec, marks, LATE, answers=answers, stale={"9-1b-written": mark}),
            class_page(classroom, spec, LATE),
        ]

    return make


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_makes_no_element_and_no_attribute(
    pages: Callable[[str], list[str]], hostile: str
) -> None:
    for page, harmless in zip(pages("x" + hostile), pages("x"), strict=True):
        reader = Reader(page)
        assert reader.shape == Reader(harmless).shape
        for tag, attributes in reader.elements:
            assert tag in ALLOWED
            assert not any(name.startswith("on") or name == "style" for name in attributes)
            assert re.fullmatch(
                r"(#q-[\w-]+|(\./\w+/)?(feedback|staff)\.html|grades\.csv)?", attributes.get("href") or ""
            )
            assert (attributes.get("src") or "data:image/png;base64,").startswith("data:image/png;base64,")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_no_text_changes_the_structure_of_a_page(pages: Callable[[str], list[str]], text: str) -> None:
    for page, harmless in zip(pages("x" + text), pages("x"), strict=True):
        assert Reader(page).shape == Reader(harmless).shape


def test_markup_in_a_message_is_read_as_text(pages: Callable[[str], list[str]]) -> None:
    for page in pages('<b>bold</b> & "quoted"'):
        assert '<b>bold</b> & "quoted"' in " ".join(Reader(page).texts)


def test_nothing_invisible_reaches_a_page(pages: Callable[[str], list[str]]) -> None:
    for page in pages("a\u202eb\x1b[31mc\x00d\u2066e\ud800f\u200bg\U000e0041h\u2028i" + "\u0301" * 280):
        assert "abcdefgh\ni\u0301" in page
        assert "\u0301" * 5 not in page
        assert not {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} & set(map(category, page.replace("\n", "")))


def test_a_line_of_10_kB_is_cut_on_the_students_page(result: Result, spec: Spec) -> None:
    result.question("9-1c").criteria[3].message = "y" * 10_000
    page = student_page(result, spec, {}, LATE)
    assert "y… (8000 more characters)" in page
    assert "y" * 2001 not in page


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x07", "link"),
        ("\x1b[", "["),
        ("\x1b", ""),
        ("tab\tand\nline", "tab\tand\nline"),
        ("\x9b31mx", "31mx"),
        ("Σσ₂² 漢字 ½ ☕ → ∇", "Σσ₂² 漢字 ½ ☕ → ∇"),
        ("👩\u200d🔬", "👩🔬"),
        ("a\u200bb\u2060c\u00add\ufeffe", "abcde"),
        ("a\U000e0049\U000e0067\U000e006eb", "ab"),
        ("a\ue000\U0010ffffb", "ab"),
        ("one\u2028two\u2029three", "one\ntwo\nthree"),
        ("x" + "\u0301" * 280 + "y", "x" + "\u0301" * 4 + "y"),
        ("x" + "\u0301\u200d" * 280 + "y", "x" + "\u0301" * 4 + "y"),
        ("e\u0301" * 9 + "o\u0302\u0323", "e\u0301" * 9 + "o\u0302\u0323"),
        ("נִקּוּד, عَلِيّ, हिन्दी, Nguyễn", "נִקּוּד, عَلِيّ, हिन्दी, Nguyễn"),
    ],
)
def test_clean_removes_what_cannot_be_seen_and_keeps_what_can(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_the_policy_of_every_page_allows_its_own_style_and_nothing_else_but_pictures_beside_the_staff_page(
    pages: Callable[[str], list[str]],
) -> None:
    for page, images in zip(pages("x"), ("data:", "data: 'self' file:", "data:"), strict=True):
        reader = Reader(page)
        digest = base64.b64encode(hashlib.sha256(reader.style.encode()).digest()).decode()
        (policy,) = [
            a["content"] for t, a in reader.elements if a.get("http-equiv") == "Content-Security-Policy"
        ]
        assert policy == (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'none'; base-uri 'none'; img-src {images}"
        )
        assert [t for t, _ in reader.elements].count("style") == 1
        assert "@import" not in reader.style
        assert "url(" not in reader.style


def test_only_png_files_become_images(result: Result, spec: Spec) -> None:
    images = result.training.vae.images
    assert len([t for t, _ in Reader(student_page(result, spec, {}, LATE)).elements if t == "img"]) == 2
    images[0].png = base64.b64encode(b"<svg onload=alert(1)>").decode()
    images[1].png = '"><script>'
    assert "img" not in [t for t, _ in Reader(student_page(result, spec, {}, LATE)).elements]


def test_links_of_the_class_page_stay_inside_its_folder(result: Result, spec: Spec) -> None:
    odd = Submitted(Path('/class/javascript:alert(1)/a b"#?%2e'), result, {})
    view = class_view(Classroom(Path("/class"), (odd,), Standing({}, {})), spec)
    assert view.rows[0].folder == "./javascript%3Aalert%281%29/a%20b%22%23%3F%252e"
