"""grading.yml is checked on load: every mistake is reported with file, line and the fix."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from autograder.errors import SpecError
from autograder.spec import Spec, load

AVAILABLE = ("kl.value", "kl.gradient", "vae.training")


class VaeBlock(BaseModel):
    """Settings of a training run, as an assignment would have them."""

    model_config = ConfigDict(extra="forbid")
    steps: int


RUNS = {"vae": VaeBlock}
MISTAKES = ("missing_half", "sum_for_mean")

GOOD = """\
schema: 1
assignment: demo
title: Demo
sheet_version: "1"
max_score: 10
visibility: {value: visible, gradient: hidden, training: hidden}
data:
  name: mnist
  sha256: {mnist: "%s"}
training:
  vae: {steps: 5}
questions:
  - id: a
    title: KL
    kind: auto
    points: 7
    criteria:
      - {id: kl.value, title: value, points: 2}
      - {id: kl.gradient, title: gradient, points: 1}
      - {id: vae.training, title: training, points: 4}
  - {id: a-written, title: Show it, kind: written, points: 3}
""" % ("0" * 64)


def message(tmp_path: Path, old: str, new: str) -> str:
    """What is said of the good file after one edit."""
    assert old in GOOD
    path = tmp_path / "grading.yml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SpecError) as raised:
        load(path, AVAILABLE, RUNS, MISTAKES)
    return str(raised.value).replace(str(tmp_path), "")


def test_a_good_file_loads(tmp_path: Path) -> None:
    path = tmp_path / "grading.yml"
    path.write_text(GOOD, encoding="utf-8")
    spec = load(path, AVAILABLE, RUNS, MISTAKES)
    assert [q.id for q in spec.questions] == ["a", "a-written"]
    assert spec.visibility_of(spec.criteria[1]) == "hidden"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("assignment: demo", "asignment: demo", 2, "unknown key 'asignment'. Did you mean 'assignment'?"),
        ("    kind: auto", "    kinds: auto", 15, "unknown key 'kinds'. Did you mean 'kind'?"),
        (
            "kl.value, title: value",
            "kl.vale, title: value",
            18,
            "no check is called 'kl.vale'. Did you mean 'kl.value'?",
        ),
        (
            "      - {id: kl.gradient, title: gradient, points: 1}\n",
            "",
            12,
            "the check 'kl.gradient' is in no question.",
        ),
        ("points: 7", "points: 8", 16, "a: the criteria's points add up to 7, not to 8."),
        ("max_score: 10", "max_score: 11", 5, "the questions' points add up to 10, not to max_score 11."),
        ("points: 2}", "points: two}", 18, "found 'two'. Correct this value."),
        ("points: 2}", "points: -2}", 18, "found -2. Correct this value."),
        (
            "title: Demo",
            "title: Demo\ntitle: Again",
            4,
            "the key 'title' stands twice in this block. Keep one.",
        ),
        (
            "kl.gradient, title",
            "kl.value, title",
            19,
            "criterion 'kl.value' stands twice (first at line 18). Remove one.",
        ),
        ("id: a-written", "id: a", 21, "question 'a' stands twice (first at line 13). Rename one."),
        (
            ", gradient: hidden",
            "",
            6,
            "no visibility for criteria of kind 'gradient'. Add `gradient: visible`.",
        ),
        ("gradient: hidden", "gradient: secret", 6, "values: visible, after_due, after_published, hidden."),
        ("title: KL\n", "title: [KL\n", 15, "not YAML"),
        (
            "  name: mnist",
            "  name: embedded",
            7,
            "no sha256 for the data set 'embedded'. Add it under data.sha256.",
        ),
        ("kind: written", "kind: auto", 21, "a-written is graded by the machine but has no criteria."),
        ("steps: 5", "stepps: 5", 11, "unknown key 'stepps'. Did you mean 'steps'?"),
        ("steps: 5", "steps: many", 11, "found 'many'. Correct this value."),
        ("  vae: {", "  vea: {", 11, "no training run is called 'vea'. There are: vae."),
        ("  vae: {", "  vea: {", 10, "no settings for the training run 'vae'."),
        (
            "data:\n",
            "credit:\n  mising_half: 0.6\ndata:\n",
            8,
            "no known mistake is called 'mising_half'. Did you mean 'missing_half'?",
        ),
        (
            "data:\n",
            "credit: {typo: 0.6}\ndata:\n",
            7,
            "no known mistake is called 'typo'. There are: missing_half, sum_for_mean.",
        ),
        ("data:\n", "credit: {missing_half: 60}\ndata:\n", 7, "found 60. Correct this value."),
        ("data:\n", "credit: {missing_half: -0.1}\ndata:\n", 7, "found -0.1. Correct this value."),
        ("data:\n", "repeat: 1.5\ndata:\n", 7, "repeat: Input should be less than or equal to 1"),
        ("data:\n", "repeats: 0.5\ndata:\n", 7, "unknown key 'repeats'. Did you mean 'repeat'?"),
        ("data:\n", "schedule: {due: 2027-01-15T23:59:00}\ndata:\n", 7, "timezone"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_fix(
    tmp_path: Path, old: str, new: str, line: int, says: str
) -> None:
    said = message(tmp_path, old, new)
    assert any(row.startswith(f"/grading.yml:{line}: ") and says in row for row in said.splitlines()), said


RUBRIC = """\
  - id: a-written
    title: Show it
    kind: written
    points: 3
    rubric:
      items:
        - {id: shown, points: 2, group: step, text: with a reason}
        - {id: stated, points: 1, group: step, text: without}
        - {id: result, points: 1, text: the result}
        - {id: slip, points: -0.5, text: a slip}
      typical:
        - {text: only stated, loses: [shown], gets: [stated]}
      note: any route
      examples:
        - {text: so it is, items: [stated, slip]}
"""
WITH_RUBRIC = (
    GOOD.replace("  - {id: a-written, title: Show it, kind: written, points: 3}\n", RUBRIC)
    + "staff_items:\n  - {id: double-check, points: 0, text: not sure}\n"
)


def load_text(tmp_path: Path, text: str) -> Spec:
    path = tmp_path / "grading.yml"
    path.write_text(text, encoding="utf-8")
    return load(path, AVAILABLE, RUNS, MISTAKES)


def test_a_rubric_reaches_its_points_by_the_best_item_of_every_group(tmp_path: Path) -> None:
    spec = load_text(tmp_path, WITH_RUBRIC)
    rubric = spec.rubrics["a-written"]
    assert rubric.attainable == 3
    assert rubric.typical[0].loses == ("shown",)
    assert rubric.points(rubric.examples[0].items, 3) == 0.5
    assert [item.id for item in rubric.items] == ["shown", "stated", "result", "slip", "double-check"]
    assert spec.question("a").rubric is None


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("points: 2, group", "points: 2.5, group", 26, "at most 3.5 points can be reached, not 3."),
        ("id: result, points", "id: stated, points", 29, "'stated' stands twice (first at line 28)"),
        ("id: result, points", "id: double-check, points", 29, "(first at line 37). Rename one."),
        ("id: result", "id: The Result", 29, "String should match pattern"),
        (
            "points: 1, group: step",
            "points: 1, group: stpe",
            28,
            "the group 'stpe' has no other item to pick.",
        ),
        ("loses: [shown]", "loses: [showm]", 32, "no item is called 'showm'. Did you mean 'shown'?"),
        ("gets: [stated]", "gets: [xyzzy]", 32, "no item is called 'xyzzy'. There are: double-check, shown"),
        ("loses: [shown]", "loses: []", 32, "should have at least 1 item"),
        ("loses: [", "looses: [", 32, "unknown key 'looses'. Did you mean 'loses'?"),
        (
            "items: [stated, slip]",
            "items: [stated, slp]",
            35,
            "no rubric item is called 'slp'; did you mean slip?",
        ),
        (
            "items: [stated, slip]",
            "items: [stated, shown]",
            35,
            "stated and shown exclude each other; keep one",
        ),
        ("typical:", "typicl:", 31, "unknown key 'typicl'. Did you mean 'typical'?"),
        (", text: the result", "", 29, "the key 'text' is missing in this block. Add it."),
        ("points: 1, text: the", "text: the", 29, "the key 'points' is missing in this block. Add it."),
        ("kind: written", "kind: auto", 25, "a-written is graded by the machine: no person needs a rubric."),
        ("double-check, points: 0", "double-check, points: 1", 37, "Write `points: 0`."),
    ],
)
def test_a_mistake_in_a_rubric_is_named_with_its_line_and_fix(
    tmp_path: Path, old: str, new: str, line: int, says: str
) -> None:
    assert old in WITH_RUBRIC
    with pytest.raises(SpecError) as raised:
        load_text(tmp_path, WITH_RUBRIC.replace(old, new, 1))
    said = str(raised.value).replace(str(tmp_path), "")
    assert any(row.startswith(f"/grading.yml:{line}: ") and says in row for row in said.splitlines()), said


def test_without_credit_and_repeat_a_failed_criterion_costs_its_points(tmp_path: Path) -> None:
    path = tmp_path / "grading.yml"
    path.write_text(GOOD, encoding="utf-8")
    spec = load(path, AVAILABLE, RUNS, MISTAKES)
    assert (spec.credit, spec.repeat) == ({}, 1.0)


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    said = message(tmp_path, "points: 2}\n      - {id: kl.gradient", "points: 3}\n      - {id: kl.gradientt")
    assert len(said.splitlines()) == 3  # the sum, the unknown check, the check that is now nowhere


def test_a_file_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"Run from the course's root, or give --root\."):
        load(tmp_path / "grading.yml", AVAILABLE, RUNS, MISTAKES)


def test_a_file_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "grading.yml"
    path.write_bytes(GOOD.encode().replace(b"KL", "Prüfung".encode("latin-1")))
    with pytest.raises(SpecError, match=r"grading\.yml:14: not UTF-8"):
        load(path, AVAILABLE, RUNS, MISTAKES)
