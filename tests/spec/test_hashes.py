"""Two hashes: what must be executed again, and what must only be marked again."""

from pathlib import Path

import pytest

from autograder.spec import Spec, load
from autograder.spec.hashes import bank_digest, code_digest, execution_hash, marking_hash, wall_digest
from tests.spec.test_load import AVAILABLE, GOOD, MISTAKES, RUNS


def spec(tmp_path: Path, old: str = "", new: str = "") -> Spec:
    path = tmp_path / "grading.yml"
    path.write_text(GOOD.replace(old, new, 1) if old else GOOD, encoding="utf-8")
    return load(path, AVAILABLE, RUNS, MISTAKES)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: KL", "title: Divergence"),
        ("gradient: hidden", "gradient: visible"),
        ("points: 2}", "points: 2.0}"),
        ("data:\n", "credit: {missing_half: 0.6}\ndata:\n"),
        ("data:\n", "repeat: 0.25\ndata:\n"),
    ],
)
def test_marking_changes_execute_nothing(tmp_path: Path, old: str, new: str) -> None:
    before, after = spec(tmp_path), spec(tmp_path, old, new)
    assert execution_hash(before, {}, "code") == execution_hash(after, {}, "code")
    assert (marking_hash(before) == marking_hash(after)) == (before == after)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("data:\n", "limits: {call_seconds: 9}\ndata:\n"),
        ("steps: 5", "steps: 7"),
        ('"000', '"111'),
    ],
)
def test_limits_budgets_and_data_execute_again_and_leave_the_marking_alone(
    tmp_path: Path, old: str, new: str
) -> None:
    before, after = spec(tmp_path), spec(tmp_path, old, new)
    assert execution_hash(before, {}, "code") != execution_hash(after, {}, "code")
    assert marking_hash(before) == marking_hash(after)


def test_given_files_and_code_belong_to_the_execution(tmp_path: Path) -> None:
    plain = spec(tmp_path)
    hashes = {
        execution_hash(plain, {}, "code"),
        execution_hash(plain, {"a.py": b"1"}, "code"),
        execution_hash(plain, {"a.py": b"2"}, "code"),
        execution_hash(plain, {}, "other code"),
    }
    assert len(hashes) == 4


@pytest.fixture
def package(tmp_path: Path) -> Path:
    rooms = (
        "engine",
        "sandbox",
        "sandbox/inside/reading",
        "sandbox/inside/reading/rules",
        "assignment/facts",
    )
    for room in (*rooms, "assignment/bugs", "assignment/equivalents"):
        (tmp_path / room).mkdir(parents=True)
        (tmp_path / room / "a.py").write_text("1")
    return tmp_path


@pytest.mark.parametrize(
    ("room", "executed", "bank"),
    [
        ("assignment/facts", True, False),
        ("assignment/bugs", True, True),  # a recognised bug may bring credit
        ("assignment/equivalents", False, True),  # they only prove that the facts are fair
    ],
)
def test_known_bugs_take_part_in_a_verdict_and_equivalents_do_not(
    package: Path, room: str, executed: bool, bank: bool
) -> None:
    before = code_digest(package), bank_digest(package)
    (package / room / "a.py").write_text("2")
    after = code_digest(package), bank_digest(package)
    assert (after[0] != before[0], after[1] != before[1]) == (executed, bank)


def test_what_only_calls_a_person_is_no_part_of_a_verdict(package: Path) -> None:
    before = code_digest(package), wall_digest(package)
    (package / "sandbox/inside/reading/rules/a.py").write_text("2")
    assert (code_digest(package), wall_digest(package)) == before
    (package / "sandbox/inside/reading/a.py").write_text("2")
    assert code_digest(package) != before[0]
    assert wall_digest(package) != before[1]


def test_the_weights_of_a_judge_belong_to_the_code(package: Path) -> None:
    before = code_digest(package)
    (package / "assignment/facts/judge.safetensors").write_bytes(b"weights")
    assert code_digest(package) != before


def test_a_file_that_moves_is_another_bank(package: Path) -> None:
    before = bank_digest(package)
    (package / "assignment/bugs/a.py").rename(package / "assignment/bugs/b.py")
    assert bank_digest(package) != before
