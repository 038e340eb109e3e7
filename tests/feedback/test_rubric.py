"""Rubrics on pages: all of it for assistants, the chosen items for a student once marks are published."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest

from autograder.feedback.pages import class_page, staff_page, student_page
from autograder.feedback.text import signed
from autograder.results.answers import answer_sha256
from autograder.results.classroom import Classroom, Submitted
from autograder.results.marks import Mark, Standing
from autograder.results.model import Result
from autograder.results.rubric import Rubric, RubricItem
from autograder.spec.model import Spec

PUBLISHED = datetime(2027, 2, 1, 12, 0, tzinfo=UTC)
EARLY = PUBLISHED - timedelta(seconds=1)
QUESTION = "9-2d-written"
RUBRIC = Rubric.model_validate(
    {
        "items": [
            {"id": "flat", "points": 2, "group": "why", "text": "the gradient vanishes, with a reason"},
            {"id": "flat-stated", "points": 1.5, "group": "why", "text": "the gradient vanishes"},
            {"id": "slow", "points": 1, "text": "so it learns slowly"},
            {"id": "explodes", "points": -0.5, "text": "says that the gradient <explodes>"},
        ],
        "typical": [{"text": "Mode collapse.", "loses": ["flat", "slow"], "gets": ["flat-stated"]}],
        "note": "No calculation is needed.",
        "examples": [{"text": "The gradient is 0.", "items": ["flat-stated", "explodes"]}],
    }
)
DOUBTFUL = RubricItem(id="double-check", points=0, text="somebody else looks at it")
MARK = Mark(
    submission="group07",
    question=QUESTION,
    items=["flat-stated", "slow", "explodes", "double-check"],
    points=2,
    comment="See the picture of 9-2 (d).",
    marker="Ada Lovelace",
    time=EARLY,
    answer_sha256=answer_sha256(""),
)


@pytest.fixture
def rubric_spec(spec: Spec) -> Spec:
    questions = tuple(
        q.model_copy(update={"rubric": RUBRIC}) if q.id == QUESTION else q for q in spec.questions
    )
    return spec.model_copy(update={"questions": questions, "staff_items": (DOUBTFUL,)})


def words(page: str) -> str:
    body = page.split("<body", 1)[1].split(">", 1)[1]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def staff(result: Result, spec: Spec, mark: Mark | None = None, stale: Mark | None = None) -> str:
    marks, old = ({QUESTION: m} if m else {} for m in (mark, stale))
    return staff_page(result, spec, marks, EARLY, answers={QUESTION: "It is slow."}, stale=old)


def test_an_assistant_sees_the_whole_rubric_beside_the_answer_folded(
    result: Result, rubric_spec: Spec
) -> None:
    page = staff(result, rubric_spec)
    assert page.count("<details>") == 1
    text = words(page.split(f'id="q-{QUESTION}"')[1].join(("<body>", "")))
    assert "It is slow. Rubric: 3 points item points applies if the answer has at most one of" in text
    assert " flat +2 the gradient vanishes, with a reason why " in text
    assert " explodes −0.5 says that the gradient <explodes> " in text
    assert " double-check 0 somebody else looks at it " in text
    assert "Mode collapse. flat, slow flat-stated 1.5 " in text
    assert "No calculation is needed." in text
    assert "The gradient is 0. flat-stated, explodes 1 " in text


def test_the_chosen_items_are_ticked_and_explain_the_mark(result: Result, rubric_spec: Spec) -> None:
    text = words(staff(result, rubric_spec, MARK))
    assert text.count("✓ ") - words(staff(result, rubric_spec)).count("✓ ") == 4
    assert "+1.5 the gradient vanishes +1 so it learns slowly −0.5 says that the gradient <explodes>" in text
    assert "0 somebody else looks at it See the picture of 9-2 (d)." in text
    assert "add up" not in text


def test_a_stale_mark_is_explained_as_well(result: Result, rubric_spec: Spec) -> None:
    text = words(staff(result, rubric_spec, stale=MARK))
    assert "mark the answer anew. +1.5 the gradient vanishes" in text


def test_a_student_sees_the_chosen_items_with_points_and_the_comment_when_published(
    result: Result, rubric_spec: Spec
) -> None:
    page = student_page(result, rubric_spec, {QUESTION: MARK}, PUBLISHED)
    assert (
        "2 / 3 +1.5 the gradient vanishes +1 so it learns slowly −0.5 says that the gradient <explodes> "
        "See the picture of 9-2 (d)." in words(page)
    )
    for hidden in (
        "with a reason",
        "Mode collapse",
        "No calculation",
        "The gradient is 0.",
        "double-check",
        "somebody else",
        "Ada",
    ):
        assert hidden not in page


def test_before_publishing_a_student_sees_nothing_of_a_rubric(result: Result, rubric_spec: Spec) -> None:
    page = student_page(result, rubric_spec, {QUESTION: MARK}, EARLY)
    for item in rubric_spec.rubrics[QUESTION].items:
        assert item.text not in unescape(page)
    assert MARK.comment not in page


def test_points_that_the_items_do_not_add_up_to_are_said(result: Result, rubric_spec: Spec) -> None:
    mark = MARK.model_copy(update={"points": 2.5})
    for page in (
        staff(result, rubric_spec, mark),
        student_page(result, rubric_spec, {QUESTION: mark}, PUBLISHED),
    ):
        assert "The items add up to 2; 2.5 were given." in words(page)


def test_an_item_that_the_rubric_no_longer_has_is_shown_by_its_id(result: Result, rubric_spec: Spec) -> None:
    mark = MARK.model_copy(update={"items": ["slow", "renamed-since"], "points": 1})
    text = words(student_page(result, rubric_spec, {QUESTION: mark}, PUBLISHED))
    assert "+1 so it learns slowly renamed-since See the picture" in text


def index(result: Result, spec: Spec, *items: str) -> str:
    mark = MARK.model_copy(update={"items": list(items), "submission": result.submission.name})
    record = Submitted(Path("class/group07"), result, {})
    return class_page(Classroom(Path("class"), (record,), Standing({mark.key: mark}, {})), spec, EARLY)


def test_doubtful_answers_queue_on_the_class_page_until_somebody_takes_the_item_off(
    result: Result, rubric_spec: Spec
) -> None:
    page = index(result, rubric_spec, "slow", "double-check")
    said = f"{result.submission.name}, {QUESTION} , marked by Ada Lovelace: somebody else looks at it"
    assert f"For another assistant {said}" in words(page)
    assert f'<a href="./group07/staff.html#q-{QUESTION}">' in page
    assert "For another assistant" not in index(result, rubric_spec, "slow")


def test_points_of_items_carry_their_sign() -> None:
    assert [signed(p) for p in (2, 0.5, 0, -0.5)] == ["+2", "+0.5", "0", "−0.5"]
