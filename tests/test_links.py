"""Links and pictures of the README, the docs, the handout and its notebook lead to files that are there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HANDOUTS = [ROOT / tree / "generative-models" for tree in ("source", "release", "solutions")]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PICTURE = re.compile(r"!\[([^\]]*)\]\(")


def pages() -> Iterator[tuple[Path, str]]:
    """Every page with its Markdown."""
    for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "benchmarks" / "README.md"):
        yield path, path.read_text("utf-8")
    for folder in (ROOT / "docs", *HANDOUTS):
        for path in sorted(folder.glob("*.md")):
            yield path, path.read_text("utf-8")
    for folder in HANDOUTS:
        path = folder / "generative_models.ipynb"
        cells = json.loads(path.read_text("utf-8"))["cells"]
        yield path, "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


PAGES = list(pages())
IDS = [path.relative_to(ROOT).as_posix() for path, _ in PAGES]


@pytest.mark.parametrize(("path", "text"), PAGES, ids=IDS)
def test_links_lead_to_files_that_are_there(path: Path, text: str) -> None:
    targets = [t for t in LINK.findall(text) if "://" not in t and not t.startswith(("#", "attachment:"))]
    missing = [t for t in targets if not (path.parent / t.partition("#")[0]).exists()]
    assert missing == []


@pytest.mark.parametrize(("path", "text"), PAGES, ids=IDS)
def test_pictures_are_described(path: Path, text: str) -> None:
    assert all(alt.strip() for alt in PICTURE.findall(text))


def test_a_handout_links_to_nothing_outside_of_it() -> None:
    for path, text in PAGES:
        if path.parent in HANDOUTS:
            assert not [t for t in LINK.findall(text) if t.startswith(("..", "/"))], path
