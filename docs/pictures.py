"""The README's pictures, taken of the pages that `make demo` writes: python docs/pictures.py [CLASS_FOLDER]

Needs Chromium. A picture shows the head of a page and one question; the others are hidden in a copy of the page.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
]


def picture(page: Path, question: str, to: Path, width: int, height: int) -> None:
    """A screenshot of `page` with only `question` left of all questions."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit(
            "Chromium is not installed. Install it (Debian: apt-get install chromium) and run this again."
        )
    style = f"<style>section:not(.score):not(#q-{question}) {{display: none}}</style>"
    html = re.sub(r"<meta http-equiv[^>]*>", "", page.read_text(encoding="utf-8")).replace(
        "</head>", f"{style}</head>"
    )
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "page.html"
        copy.write_text(html, encoding="utf-8")
        command = [chromium, *QUIET, f"--user-data-dir={folder}/profile", f"--window-size={width},{height}"]
        subprocess.run([*command, f"--screenshot={to}", copy.as_uri()], check=True, stderr=subprocess.DEVNULL)


def named_mistake(graded: Path) -> tuple[Path, str]:
    """The first page of the class with a mistake that is named in a value, which students see at once, and its question."""
    for path in sorted(graded.glob("*/result.json")):
        for question in json.loads(path.read_text("utf-8"))["questions"]:
            if any(c["hint"] and c["kind"] == "value" for c in question["criteria"]):
                return path.with_name("feedback.html"), question["id"]
    sys.exit(f"{graded} shows no named mistake. Run `make demo` first.")


if __name__ == "__main__":
    graded = Path(sys.argv[1] if len(sys.argv) > 1 else HERE.parent / "build" / "demo" / "graded")
    picture(*named_mistake(graded), HERE / "images" / "feedback.png", 900, 1050)
