"""`autograder calibrate` on a course of short saturation runs: what it measures, writes, and keeps."""

import shutil
import sys
from dataclasses import replace

import pytest
import yaml

from autograder.calibration.measure import Seeds
from autograder.calibration.record import codes, read_rows, write_rows
from autograder.commands.calibrate import ROWS, Choices, run
from autograder.course import Course
from autograder.errors import AutograderError
from tests.commands.course import autograder, make_course

CHOICES = Choices("embedded", Seeds(reference=3, other=0, bug=0, fresh=1), only=("saturation",))


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course after one calibration of its saturation run, D one step ahead."""
    root = make_course(
        tmp_path_factory.mktemp("course"), training={"saturation": {"moments": [0, 1], "gates": []}}
    )
    seeds = ("--seeds", 3, "--other-seeds", 0, "--bug-seeds", 0, "--fresh-seeds", 1)
    done = autograder("calibrate", "--data", "embedded", "--only", "saturation", *seeds, root=root)
    assert done.returncode == 0, done.stderr
    written = ["grading.yml", "docs/calibration.md", "docs/images/calibration-embedded-cpu.svg"]
    assert done.stdout.split() == written
    return root


def gates(course):
    return yaml.safe_load((course / "grading.yml").read_text())["training"]["saturation"]["gates"]


def with_rows(course, **changes):
    file = course / ROWS
    write_rows(file, [row.model_copy(update=changes) for row in read_rows(file)])
    return file


def test_gates_come_into_grading_yml_with_their_key_and_evidence_and_grading_finds_them(course):
    (gate,) = gates(course)
    spec = Course(course).spec
    assert (gate["data"], gate["device"]) == ("embedded", "cpu")
    assert gate["sha256"] == spec.data.sha256["embedded"]
    assert gate["budget"] == "moments 0 1, batch 64, learning_rate 0.001"
    assert gate["start"][0] < 1 < gate["start"][1]
    assert gate["evidence"]["numbers"].keys() == {"start", "end", "fall"}
    assert gate["evidence"]["numbers"]["start"]["seeds"] == 3
    assert "## embedded, cpu" in (course / "docs" / "calibration.md").read_text()


def test_a_device_that_is_none_is_an_error_with_the_next_step(course):
    with pytest.raises(AutograderError, match=r"--device gpu: unknown\. Choose cpu or cuda\."):
        run(course, replace(CHOICES, device="gpu"))


def test_what_was_measured_is_not_measured_again(course):
    before = (course / ROWS).read_text()
    run(course, CHOICES)
    assert (course / ROWS).read_text() == before
    assert [(row.kind, row.seed) for row in read_rows(course / ROWS)] == [
        ("reference", 0),
        ("fresh", 1000),
        ("reference", 1),
        ("reference", 2),
    ]


def test_runs_of_an_earlier_code_are_carried_over_if_one_of_each_kind_gives_the_same_numbers(course):
    file = with_rows(course, code="earlier")
    run(course, Choices("embedded", CHOICES.seeds, only=CHOICES.only, carry_over=True))
    assert {row.code for row in read_rows(file)} == {codes()["saturation"]}

    with_rows(course, code="earlier", values={"start": 1.0, "end": 2.0, "fall": 3.0})
    with pytest.raises(
        AutograderError,
        match=r"saturation, the model solution, seed 0: .* older runs say nothing of today's code\. .* without --carry-over",
    ):
        run(course, Choices("embedded", CHOICES.seeds, only=CHOICES.only, carry_over=True))


@pytest.fixture
def checkout(course, tmp_path):
    """The course as another checkout would hold it, with an interpreter of its own, which finds the same package."""
    shutil.copytree(course, tmp_path / "earlier")
    python = tmp_path / "earlier" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return tmp_path / "earlier"


def test_on_another_machine_the_earlier_code_is_asked_for_its_numbers_there(course, checkout, monkeypatch):
    file = with_rows(course, code=codes()["saturation"], values={"start": 1.0, "end": 2.0, "fall": 3.0})
    today = dict.fromkeys(codes(), "today")
    monkeypatch.setattr("autograder.calibration.again.codes", lambda: today)
    monkeypatch.setattr("autograder.calibration.gates.codes", lambda: today)
    run(course, replace(CHOICES, carry_over=True, earlier=checkout))
    rows = read_rows(file)
    assert {row.code for row in rows} == {"today"}
    assert {row.values["start"] for row in rows} == {1.0}, "rows stay as they were measured"


def test_a_checkout_of_other_code_than_that_of_the_older_runs_says_nothing_of_them(course, checkout):
    with_rows(course, code="still earlier")
    with pytest.raises(AutograderError, match=r"earlier holds other code .* Check out the commit of which"):
        run(course, replace(CHOICES, carry_over=True, earlier=checkout))


def test_a_checkout_without_an_environment_is_an_error_with_the_next_step(course, tmp_path):
    with_rows(course, code="earlier")
    with pytest.raises(AutograderError, match=r"python does not exist\. Run `make \.venv/installed` in "):
        run(course, replace(CHOICES, carry_over=True, earlier=tmp_path))
