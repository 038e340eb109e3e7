"""Assistants get rubrics beside task and model answer in solutions/; students get no word of them."""

import re
from pathlib import Path
from typing import Any

import pytest

from autograder import authoring
from autograder.authoring.building import RELEASE, SOLUTIONS, STAGE, make_trees
from autograder.authoring.trees import Tree
from autograder.course import Course
from autograder.errors import AuthoringError, CheckFailed
from tests.authoring.made_spec import spec_of

ROOT = Path(__file__).parent.parent.parent
FILE = "rubrics.md"
RUBRIC: dict[str, Any] = {
    "items": [
        {"id": "shown", "points": 2, "group": "step", "text": "p(x|z) is shown, a * b, with a sound reason"},
        {"id": "stated", "points": 1, "group": "step", "text": "the same without any reason"},
        {"id": "result", "points": 1, "text": "the result"},
        {"id": "slip", "points": -0.5, "text": "a slip"},
    ],
    "typical": [
        {"text": "A wrong answer that is of a usual kind.", "loses": ["shown", "result"], "gets": ["stated"]}
    ],
    "note": "Whatever route is taken is as good as ours.",
    "examples": [
        {
            "text": "It is so, as everybody who ever looked at it knows by now.",
            "items": ["stated", "result", "slip"],
        }
    ],
}


def build(course: Path, rubric: dict[str, Any] | None = RUBRIC) -> None:
    authoring.build(course, spec_of(rubric=rubric), hidden=course.parent / "assignment")


def test_the_file_has_task_model_answer_items_typical_answers_and_note(course: Path) -> None:
    build(course)
    text = (course / SOLUTIONS / FILE).read_text("utf-8")
    assert "## 9-1a-written Show it (3 points)\n" in text
    assert "> Show that the divergence of two normal distributions has a closed form.\n" in text
    assert "> the second moment alone.\n" in text
    assert "| `shown` | +2 | p(x\\|z) is shown, a \\* b, with a sound reason | step |\n" in text
    assert "| `slip` | −0.5 | a slip |  |\n" in text
    assert "| A wrong answer that is of a usual kind. | `shown`, `result` | `stated` | 1 |\n" in text
    assert "**Note.** Whatever route is taken is as good as ours.\n" in text
    assert "**To practise**\n\n1. It is so, as everybody who ever looked at it knows by now.\n" in text
    assert "<details><summary>Their items</summary>\n\n1. 1.5 points: `stated`, `result`, `slip`\n" in text
    assert "- `double-check`: somebody else looks at it.\n" in text


def test_the_file_is_in_no_tree_that_students_or_nbgrader_get(course: Path) -> None:
    build(course)
    assert not (course / RELEASE / FILE).exists()
    assert not (course / STAGE / FILE).exists()


def test_without_rubrics_there_is_no_file(course: Path) -> None:
    build(course, rubric=None)
    assert not (course / SOLUTIONS / FILE).exists()


def test_a_changed_rubric_is_drift_until_the_next_build(course: Path) -> None:
    build(course)
    changed = spec_of(rubric=RUBRIC | {"note": "Another note."})
    (drift,) = authoring.check(course, changed, hidden=course.parent / "assignment")
    assert (drift.path, drift.kind) == (f"{SOLUTIONS}/{FILE}", "different")
    assert "Another note." in drift.diff


def test_a_rubric_without_an_answer_cell_is_refused(course: Path, source: Path) -> None:
    notebook = source / "generative_models.ipynb"
    notebook.write_text(notebook.read_text().replace("9-1a-written", "9-1a-answer"))
    with pytest.raises(
        AuthoringError, match=r"9-1a-written has a rubric, but no answer cell .* Add the cell"
    ):
        build(course)


@pytest.mark.parametrize(
    "text",
    [
        "p(x|z) is shown, a * b, with a sound reason",
        "A wrong answer that is of a usual kind.",
        "Whatever route is taken is as good as ours.",
        "It is so, as everybody who ever looked at it knows by now.",
    ],
)
def test_a_text_of_a_rubric_in_the_release_stops_the_build(course: Path, source: Path, text: str) -> None:
    with (source / "README.md").open("a") as file:
        file.write(f"\n{text}\n")
    with pytest.raises(CheckFailed, match=r"gives away the rubric of 9-1a-written in grading\.yml"):
        build(course)
    assert not (course / "release").exists()


@pytest.fixture(scope="module")
def trees() -> dict[str, Tree]:
    return make_trees(ROOT, Course(ROOT).spec)


def test_the_real_file_has_every_item_of_every_written_question_and_no_path_of_this_machine(
    trees: dict[str, Tree],
) -> None:
    text = trees[SOLUTIONS][FILE].decode()
    sections = dict(re.findall(r"^## (\S+) .*?\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    rubrics = {q.id: q.rubric for q in Course(ROOT).spec.questions if q.rubric is not None}
    assert list(sections) == list(rubrics)
    for question, rubric in rubrics.items():
        rows = re.findall(r"^\| `([\w-]+)` \|", sections[question], re.MULTILINE)
        assert rows == [item.id for item in rubric.items]
        assert all(f"**{part}**" in sections[question] for part in ("Task", "Model answer", "Rubric"))
    assert str(ROOT) not in text
    assert "/home" not in text


def test_no_item_of_the_real_rubrics_stands_in_the_release(trees: dict[str, Tree]) -> None:
    release = "".join(
        "".join(content.decode(errors="replace").split()) for content in trees[RELEASE].values()
    )
    for question, rubric in Course(ROOT).spec.rubrics.items():
        parts = (*rubric.items, *rubric.typical, *rubric.examples)
        for text in [*(part.text for part in parts), rubric.note]:
            if len(text) >= 40:
                assert "".join(text.split()) not in release, question
