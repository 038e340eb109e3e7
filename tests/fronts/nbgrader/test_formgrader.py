"""A real formgrader on loopback: people see our feedback there, and what they give survives and comes back."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from autograder.results.answers import answer_sha256
from autograder.results.marks import MARKS, Mark, append, read_marks
from autograder.results.store import read_answers
from tests.fronts.nbgrader.commands import environment, nbgrader
from tests.fronts.nbgrader.conftest import ASSIGNMENT, Collected

TOKEN, STUDENT, OTHER = "a-token-for-this-test", "sly", "paper"


class Formgrader:
    """The pages and the interface of a running formgrader."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ask(self, path: str, method: str = "GET", body: Any = None) -> str:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, {"Authorization": f"token {TOKEN}"})
        request.method = method
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.read().decode()

    def submission(self, student: str) -> str:
        found = json.loads(self.ask(f"/api/submitted_notebooks/{ASSIGNMENT}/generative_models"))
        return next(one["id"] for one in found if one["student"] == student)

    def cell(self, kind: str, student: str, name: str) -> dict[str, Any]:
        """A grade or a comment as formgrader has it."""
        found = json.loads(self.ask(f"/api/{kind}s?submission_id={self.submission(student)}"))
        return next(one for one in found if one["name"] == name)

    def mark(self, student: str, question: str, points: float, comment: str) -> None:
        """What the buttons of the page send."""
        grade, remark = self.cell("grade", student, question), self.cell("comment", student, question)
        self.ask(f"/api/grade/{grade['id']}", "PUT", {"manual_score": points, "extra_credit": None})
        self.ask(f"/api/comment/{remark['id']}", "PUT", {"manual_comment": comment})

    def autograde(self, student: str) -> dict[str, Any]:
        return json.loads(self.ask(f"/api/submission/{ASSIGNMENT}/{student}/autograde", "POST", {}))


@pytest.fixture(scope="module")
def formgrader(collected: Collected, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Formgrader]:
    log = tmp_path_factory.mktemp("server") / "log"
    options = {
        "ServerApp.jpserver_extensions": "nbgrader.server_extensions.formgrader=True",
        "IdentityProvider.token": TOKEN,
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": "0",
        "ServerApp.open_browser": "False",
        "ServerApp.allow_root": "True",
    }
    jupyter = Path(sys.executable).with_name("jupyter-server")
    with log.open("w") as file:
        server = subprocess.Popen(
            [jupyter, *(f"--{name}={value}" for name, value in options.items())],
            cwd=collected.root,
            env={**environment(collected.root), "JUPYTER_RUNTIME_DIR": str(log.parent / "runtime")},
            stderr=file,
            stdout=file,
        )
    try:
        yield Formgrader(f"{_address(server, log)}formgrader")
    finally:
        server.terminate()
        server.wait(60)


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    """The server writes down where it listens once it does."""
    while server.poll() is None:
        for found in (log.parent / "runtime").glob("jpserver-*.json"):
            try:
                url = json.loads(found.read_text())["url"]
                urllib.request.urlopen(f"{url}api", timeout=60).close()
            except (ValueError, urllib.error.URLError):
                continue
            return url
        time.sleep(0.2)
    raise AssertionError(log.read_text())


def test_the_page_of_a_submission_shows_our_feedback(formgrader: Formgrader) -> None:
    page = formgrader.ask(f"/submissions/{formgrader.submission('elbo-wrong-sign')}")
    assert "Your result is −ELBO, the loss; the ELBO itself is asked for" in page
    assert "9-1d-check" in page


def test_a_mark_of_formgrader_survives_regrading_and_comes_back(
    formgrader: Formgrader, collected: Collected
) -> None:
    formgrader.mark(STUDENT, "9-1a-written", 3.5, "σ < 1: good")
    assert formgrader.autograde(STUDENT)["success"]  # the button of the page, in the server's own process

    grade = formgrader.cell("grade", STUDENT, "9-1a-written")
    assert (grade["manual_score"], grade["needs_manual_grade"]) == (3.5, False)
    assert formgrader.cell("comment", STUDENT, "9-1a-written")["manual_comment"] == "σ < 1: good"
    (mark,) = [m for m in read_marks(collected.graded / MARKS) if m.submission == STUDENT]
    assert (mark.question, mark.points, mark.comment, mark.marker) == (
        "9-1a-written",
        3.5,
        "σ < 1: good",
        "formgrader",
    )


def test_a_mark_of_marks_jsonl_reaches_the_gradebook_with_its_comment_escaped(
    formgrader: Formgrader, collected: Collected
) -> None:
    answer = read_answers(collected.graded / OTHER)["9-1a-written"]
    given = Mark(
        submission=OTHER,
        question="9-1a-written",
        points=4,
        comment="<b>μ < σ</b>",
        marker="tom",
        time=datetime(2027, 1, 1, tzinfo=UTC),
        answer_sha256=answer_sha256(answer),
    )
    append(collected.graded / MARKS, [given])
    nbgrader(collected.root, "export", "--to", str(collected.root.parent / "grades.csv"))

    grade = formgrader.cell("grade", OTHER, "9-1a-written")
    assert (grade["manual_score"], grade["needs_manual_grade"]) == (4.0, False)
    comment = formgrader.cell("comment", OTHER, "9-1a-written")["manual_comment"]
    assert comment == "&lt;b&gt;μ &lt; σ&lt;/b&gt;"
    assert [m for m in read_marks(collected.graded / MARKS) if m.submission == OTHER] == [given]
