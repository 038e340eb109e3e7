"""What the rubrics of the real grading.yml promise."""

import re
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.results.rubric import Rubric
from autograder.spec.hashes import execution_hash, marking_hash

SPEC = Course(Path(__file__).parents[2]).spec
WRITTEN = [q for q in SPEC.questions if q.kind == "written"]


def rubric_of(question: str) -> Rubric:
    return SPEC.rubrics[f"{question}-written"]


def test_every_written_question_has_a_rubric_that_reaches_its_points() -> None:
    assert [q.id.removesuffix("-written") for q in WRITTEN] == (
        ["9-1a", "9-1b", "9-1c", "9-1d", "9-1e", "9-2a", "9-2b", "9-2c", "9-2d"]
    )
    assert {q.id: SPEC.rubrics[q.id].attainable for q in WRITTEN} == {q.id: q.points for q in WRITTEN}


@pytest.mark.parametrize("question", [q.id.removesuffix("-written") for q in WRITTEN])
def test_a_typical_wrong_answer_gets_less_than_full_marks_and_what_it_gets_is_a_valid_choice(
    question: str,
) -> None:
    rubric = rubric_of(question)
    best: dict[str, str] = {}  # the items of an answer that is right
    for item in rubric.items:
        name = item.group or item.id
        other = rubric.item(best.get(name, ""))
        if item.points > (other.points if other else 0):
            best[name] = item.id
    assert rubric.points(best.values(), 100) == rubric.attainable
    assert len(rubric.typical) >= 3
    for answer in rubric.typical:
        assert set(answer.loses) <= set(best.values()), answer.text
        chosen = [i for i in best.values() if i not in answer.loses] + list(answer.gets)
        rubric.check(chosen)
        assert 0 <= rubric.points(chosen, 100) < rubric.attainable, answer.text


@pytest.mark.parametrize("question", [q.id.removesuffix("-written") for q in WRITTEN])
def test_an_example_to_practise_on_earns_a_part_of_the_points_by_a_valid_choice(question: str) -> None:
    rubric = rubric_of(question)
    points = [rubric.points(example.items, 100) for example in rubric.examples]
    for example in rubric.examples:
        rubric.check(example.items)
    assert any(0 < p < rubric.attainable for p in points)


def test_a_doubtful_answer_can_be_put_into_a_queue_that_costs_nothing() -> None:
    for rubric in SPEC.rubrics.values():
        item = rubric.item("double-check")
        assert item is not None
        assert item.points == 0


def test_what_the_sheet_leaves_open_costs_nothing() -> None:
    assert "without calculation" in rubric_of("9-2d").note
    assert "Both sign conventions" in rubric_of("9-1d").note
    assert rubric_of("9-1a").note.startswith(rubric_of("9-1c").note[:31])
    assert rubric_of("9-1a").note.startswith("Any valid route earns the points")


def test_a_changed_rubric_marks_again_and_executes_nothing() -> None:
    question = SPEC.questions[1]
    assert question.rubric is not None
    noted = question.model_copy(update={"rubric": question.rubric.model_copy(update={"note": "new"})})
    changed = SPEC.model_copy(
        update={"questions": tuple(noted if q is question else q for q in SPEC.questions)}
    )
    assert execution_hash(changed, {}, "code") == execution_hash(SPEC, {}, "code")
    assert marking_hash(changed) != marking_hash(SPEC)


def test_the_example_of_the_assistants_guide_is_a_choice_that_can_be_imported() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "assistants.md").read_text("utf-8")
    (example,) = re.findall(r"with commas between: `([^`]+)`", guide)
    rubric_of("9-1a").check(example.split(", "))
    assert all(f"`{item.id}`" in guide for item in SPEC.staff_items)
