"""A result in check cells; nbgrader's own `determine_grade` is the oracle for what it scores."""

import json
from pathlib import Path

import pytest
from nbformat import from_dict
from nbgrader.utils import determine_grade

from autograder.fronts.nbgrader.show import outputs_of
from tests.fronts.golden import AFTER, BEFORE, golden_result, golden_spec, same_as

GOLDEN = Path(__file__).parent / "golden" / "outputs.json"


def outputs(when=BEFORE):
    return outputs_of(golden_result(), golden_spec(), {}, when)


def test_it_is_the_golden_file() -> None:
    """Without the pages, which have tests of their own."""
    made = outputs()
    for shown, _ in made.values():
        assert shown["data"].pop("text/html")
    assert same_as(GOLDEN, made)


def test_nbgrader_reads_the_score_of_every_question() -> None:
    made = outputs()
    for question in golden_result().questions:
        if question.kind == "auto" and question.score is not None:
            about = {"grade": True, "solution": False, "points": question.max_score}
            cell = {
                "cell_type": "code",
                "metadata": {"nbgrader": about},
                "outputs": made[f"{question.id}-check"],
            }
            assert determine_grade(from_dict(cell))[0] == pytest.approx(question.score)


def test_a_question_without_a_score_is_no_full_score() -> None:
    """nbgrader takes a cell without a score in its outputs as right."""
    (ungraded,) = [q for q in golden_result().questions if q.kind == "auto" and q.score is None]
    assert [o["output_type"] for o in outputs()[f"{ungraded.id}-check"]] == ["display_data", "error"]


def test_expected_numbers_come_with_the_due_date() -> None:
    def pages(when) -> str:
        return json.dumps(outputs(when))

    assert "<th>expected</th>" not in pages(BEFORE)
    assert "<th>expected</th>" in pages(AFTER)


def test_a_page_in_a_page_is_a_shadow_tree_without_scripts() -> None:
    for cell in outputs().values():
        page = cell[0]["data"]["text/html"]
        assert '<template shadowrootmode="open">' in page
        assert "<script" not in page
