"""Markdown of students, rendered by nbconvert as formgrader does it: a browser's parser finds nothing that acts."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath
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


JUPYTERS = "![a.png](attachment:a.png)"
ATTACHED = {"a.png": {"image/png": "AAAA"}, "b c.png": {"image/png": "AAAA"}}


def with_attachments(markdown: str) -> str:
    """Rendered as nbconvert renders a cell that has these."""
    return MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments=ATTACHED)).render(markdown)


def test_an_attachment_is_shown_as_jupyter_links_it() -> None:
    assert harmless(JUPYTERS, ATTACHED) == JUPYTERS
    assert "data:image/png;base64,AAAA" in with_attachments(JUPYTERS)


MISSING = [
    "![x](attachment:missing.png)",
    "![x](attachment\\:missing.png)",
    "![x](<attachment:missing.png>)",
    "![x](<attachment:a.png)>)",
    "![x](<attachment:b c.png>)",
    "![x][1]\n\n[1]: attachment:missing.png",
    "![x](attachment:)",
]


@pytest.mark.parametrize("link", MISSING)
def test_a_link_to_an_attachment_that_is_not_there_is_text(link: str) -> None:
    assert "<img" not in with_attachments(harmless(link, ATTACHED))


def test_nbconvert_gives_up_a_link_that_is_left_alone() -> None:
    with pytest.raises(InvalidNotebook):
        with_attachments(MISSING[0])


LINKS = ["attachment", ":", "a.png", "x", "!", "[", "]", "(", ")", "<", ">", "\\", "\n", " ", '"', "&colon;"]


@given(
    st.lists(st.sampled_from([*LINKS, "![](attachment:", "![](<", "[1]: ", "![][1]\n\n"]), max_size=15).map(
        "".join
    )
)
def test_no_link_made_of_their_pieces_costs_the_page(text: str) -> None:
    with_attachments(harmless(text, ATTACHED))


def test_formulas_and_plain_markdown_stay() -> None:
    text = "**Since** $\\mu < \\sigma$, $a<1$:\n\n$$\\begin{aligned} x &= y \\\\ &\\le z \\end{aligned}$$ ![](data:image/png;base64,xx)"
    assert harmless(text) == text
