"""Our style sheet in somebody else's page keeps to itself."""

from autograder.feedback.pages import TEMPLATES
from autograder.feedback.shadow import shadow_style

STYLE = shadow_style((TEMPLATES / "style.css").read_text("utf-8"))


def test_sizes_do_not_follow_the_page_around() -> None:
    assert "rem;" not in STYLE
    assert shadow_style("p { margin: 0.5rem 1.25rem; }").startswith("p { margin: 8px 20px; }")


def test_what_stands_for_the_document_stands_for_the_part() -> None:
    assert ":root" not in STYLE
    assert "\nbody" not in STYLE
    assert ".page {" in STYLE


def test_it_stays_light_on_a_light_page() -> None:
    assert "prefers-color-scheme: dark" not in STYLE
    assert "color-scheme: light;" in STYLE
