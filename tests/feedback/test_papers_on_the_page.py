"""The staff page shows answers on paper: linked, described, and nothing of it is markup."""

import re
from datetime import UTC, datetime
from html import escape

from autograder.feedback.pages import staff_page, student_page
from autograder.results.model import Result
from autograder.results.pictures import Page, Shown
from autograder.spec.model import Spec

NOW = datetime(2026, 12, 10, tzinfo=UTC)
EVIL = '"><script>alert(1)</script>.png'
PICTURES = {
    "9-1a-written": Shown(
        pages=[
            Page(file="written/9-1a-1.png", title="written/9-1a.pdf, page 1"),
            Page(file="written/9-1a-2.png", title=EVIL),
        ],
        notes=[f"{EVIL} could not be drawn: it is protected by a password."],
    )
}


def question(result: Result, spec: Spec) -> str:
    page = staff_page(
        result, spec, {}, NOW, answers={"9-1a-written": "see the scan"}, stale={}, pictures=PICTURES
    )
    return page.partition('id="q-9-1a-written"')[2].partition("</section>")[0]


def test_pages_are_linked_lazy_pictures_with_words_for_who_cannot_see_them(
    result: Result, spec: Spec
) -> None:
    section = question(result, spec)
    assert "<pre>see the scan</pre>" in section
    assert (
        '<a href="written/9-1a-1.png"><img src="written/9-1a-1.png" loading="lazy" '
        'alt="Answer to 9-1a-written on paper: written/9-1a.pdf, page 1"></a>'
        "<figcaption>written/9-1a.pdf, page 1</figcaption>"
    ) in section
    assert section.count("<img ") == 2


def test_names_and_notes_are_text(result: Result, spec: Spec) -> None:
    section = question(result, spec)
    assert "<script" not in section
    assert (
        escape(EVIL).replace("&quot;", "&#34;") + " could not be drawn: it is protected by a password."
        in section
    )


def test_a_student_sees_no_picture_of_papers(result: Result, spec: Spec) -> None:
    assert not re.search(r'src="written/', student_page(result, spec, {}, NOW))
