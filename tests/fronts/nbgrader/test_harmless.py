"""Markdown of students, rendered by nbconvert as formgrader does it: a browser's parser finds nothing that acts."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import markdown2html_mistune as rendered

from autograder.fronts.nbgrader.harmless import harmless

ACTS = {
    "script",
    "iframe",
    "object",
    "embed",
    "form",
    "svg",
    "math",
    "style",
    "link",
    "meta",
    "base",
    "video",
    "audio",
}


class Found(HTMLParser):
    """Tags that act or load, handlers, and links to scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.acting: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in ACTS:
            self.acting.append(tag)
        for name, value in attributes:
            link = "".join((value or "").split()).lower()
            if name.startswith("on") or link.startswith(("javascript:", "vbscript:")):
                self.acting.append(f"{name}={value}")


ATTACKS = [
    "<script>steal()</script>",
    "text <img src=x onerror=steal()> text",
    "<svg/onload=steal()>",
    "<iframe srcdoc='<script>steal()</script>'></iframe>",
    "[click](javascript:steal())",
    "[click](JaVaScRiPt:steal())",
    "[click](javascript\\:steal())",
    "[click](&#106;avascript:steal())",
    "[click](javascript&colon;steal())",
    "[click](java&Tab;script:steal())",
    "[click](<javascript:steal()>)",
    "[click][1]\n\n[1]: javascript:steal()",
    "![x](javascript:steal())",
    "<javascript:steal()>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_students_write_acts(attack: str) -> None:
    assert Found(rendered(harmless(attack))).acting == []


def test_the_parser_sees_an_attack_that_is_left_alone() -> None:
    assert Found(rendered(ATTACKS[0])).acting == ["script"]
    assert Found(rendered(ATTACKS[4])).acting == ["href=javascript:steal()"]


PIECES = [
    "<",
    ">",
    "&",
    "#106;",
    "javascript",
    ":",
    "\\",
    "(",
    ")",
    "[",
    "]",
    "!",
    " ",
    "\n",
    "a",
    "`",
    "$",
    "on",
    "=",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_nothing_made_of_their_pieces_acts(text: str) -> None:
    assert Found(rendered(harmless(text))).acting == []


def test_formulas_and_plain_markdown_stay() -> None:
    text = "**Since** $\\mu < \\sigma$, $a<1$:\n\n$$\\begin{aligned} x &= y \\\\ &\\le z \\end{aligned}$$ ![](data:image/png;base64,xx)"
    assert harmless(text) == text
