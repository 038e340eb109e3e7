"""The calibration that is committed: of today's code and budgets, and what it claims holds.

One run of each kind is measured here again, so that a change which the hash does not see is not missed either.
"""

from collections import Counter
from pathlib import Path

import pytest

from autograder.assignment.sample import read_tree
from autograder.calibration.gates import written
from autograder.calibration.measure import Measuring, Seeds
from autograder.calibration.page import false_fail, groups, write_pages
from autograder.calibration.record import Row, budgets, codes, is_todays, read_rows
from autograder.calibration.variants import UNSEEN
from autograder.commands.calibrate import ROWS
from autograder.course import SPEC_FILE, Course

ROOT = Path(__file__).parents[2]
COURSE = Course(ROOT)
MAKE_ANEW = "run `autograder calibrate --carry-over` for both data sets (make calibrate) and commit grading.yml and docs"
LIVE = {
    ("vae", "the model solution"),
    ("gan", "the model solution"),
    ("gan", "sign of J_D"),
    ("saturation", "the model solution"),
    ("saturation", "the sheet's logarithms taken literally"),
    ("saturation", "the minimax loss twice"),
}
"""Runs that are measured again; a known bug of the VAE run, and what is told of it, is in test_vae_run.py."""


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return read_rows(ROOT / ROWS)


@pytest.fixture(scope="module")
def found(rows):
    """The groups by run, data set and device."""
    return {(g.run, g.data, g.device): g for g in groups(rows, COURSE.spec)}


def test_every_row_was_measured_with_todays_code_and_budget(rows):
    budget, code = budgets(COURSE.spec), codes()
    old = Counter((row.run, row.data) for row in rows if not is_todays(row, budget, code))
    assert not old, MAKE_ANEW


def test_the_gates_in_grading_yml_are_those_that_the_rows_give(rows):
    text = (ROOT / SPEC_FILE).read_text("utf-8")
    assert written(text, rows, COURSE.spec) == text, MAKE_ANEW


def test_the_committed_page_and_pictures_are_those_of_the_committed_rows_and_gates(rows, tmp_path):
    for made in write_pages(tmp_path, rows, COURSE.spec):
        committed = ROOT / made.relative_to(tmp_path)
        assert made.read_text() == committed.read_text(), MAKE_ANEW


def test_both_data_sets_have_gates_for_all_runs_on_the_cpu(found):
    assert {
        (run, data, "cpu") for run in COURSE.spec.training for data in ("mnist", "embedded")
    } <= found.keys()


def test_every_right_run_passes_and_every_bug_fails_or_its_row_says_why_not(found):
    for group in found.values():
        missed = [
            f"{row.variant}, seed {row.seed}"
            for row in group.rows
            if row.kind != "bug" and group.caught_by(row)
        ]
        assert not missed, (group.run, group.data)
        escaped = {row.variant for row in group.rows if row.kind == "bug" and not group.caught_by(row)}
        assert {(group.run, name) for name in escaped} <= UNSEEN.keys()


def test_the_chance_that_a_right_submission_fails_a_run_and_its_repeat_is_below_a_millionth(found):
    for data, device in {(data, device) for _, data, device in found}:
        once = [false_fail(g) for (_, *place), g in found.items() if place == [data, device]]
        assert sum(chance**2 for chance in once) < 1e-6, (data, device)


def test_one_run_of_each_kind_gives_the_verdict_of_its_row(found, zygote):
    """On the embedded digits. Numbers are not compared: another processor rounds in another way."""
    solved = read_tree(COURSE.solutions)
    keys = budgets(COURSE.spec), codes()
    measuring = Measuring(COURSE.spec, COURSE.sheet.runs, solved, COURSE.data("embedded"), "cpu", *keys)
    tasks = [t for t in measuring.tasks(Seeds(1, 1, 1)) if (t.row.run, t.variant.name) in LIVE]
    assert len(tasks) == len(LIVE)
    live: list[Row] = []
    measuring.measure(tasks, zygote, 1, live.append)
    for row in live:
        group = found[row.run, "embedded", "cpu"]
        (committed,) = (r for r in group.rows if (r.variant, r.seed) == (row.variant, 0))
        assert bool(group.caught_by(row)) == bool(group.caught_by(committed)) == (row.kind == "bug"), row
        assert row.values.keys() == committed.values.keys()
