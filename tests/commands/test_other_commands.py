"""build, sample, doctor, and what the command says of itself."""

import ast
import json
import shutil
from pathlib import Path

import pytest

from autograder.assignment.bank import known_bugs
from autograder.assignment.sample import Made, make_class
from autograder.commands.doctor import examine, show
from autograder.course import Course
from autograder.engine.classrun import Done, grade_class
from autograder.errors import AutograderError
from autograder.sandbox import Zygote
from autograder.submission import name_submissions, open_submission
from tests.commands.course import ROOT, autograder, make_course

SOLUTIONS, RELEASE = (ROOT / tree / "generative-models" for tree in ("solutions", "release"))


# --- build -----------------------------------------------------------------------------------------------------------


def test_build_writes_what_check_compares(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    shutil.copytree(ROOT / "source", course / "source", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "nbgrader_config.py", course)
    built = {
        p: p.read_bytes()
        for tree in ("release", "solutions")
        for p in (course / tree).rglob("*")
        if p.is_file()
    }

    done = autograder("build", "--check", root=course)
    assert (done.returncode, done.stdout) == (0, "release/ and solutions/ are what source/ gives\n"), (
        done.stderr
    )

    stub = course / "release/generative-models/generative/gan.py"
    stub.write_text(stub.read_text() + "# a hand edit\n")
    (course / "solutions/generative-models/README.md").unlink()
    done = autograder("build", "--check", root=course)
    assert done.returncode == 1
    assert "release/generative-models/generative/gan.py" in done.stderr
    assert "solutions/generative-models/README.md" in done.stderr
    assert done.stderr.endswith("Run `autograder build` and commit what it writes.\n")
    assert stub.read_text().endswith("# a hand edit\n")  # a check writes nothing

    assert autograder("build", root=course / "source").returncode == 0  # from below the root, too
    assert {p: p.read_bytes() for p in built} == built


# --- sample ----------------------------------------------------------------------------------------------------------


def made_class(folder: Path, size: int, seed: int = 9) -> list[Made]:
    return make_class(SOLUTIONS, RELEASE, folder, size, seed)


def contents(made: list[Made]) -> list[tuple[str, str, dict[str, bytes]]]:
    """Name, story and content; an archive's own bytes hold the hour."""
    return [
        (
            m.path.name,
            m.story,
            dict(open_submission(m.path, name="x", given={}, required=["generative/gan.py"]).files),
        )
        for m in made
    ]


def test_the_same_seed_makes_the_same_class_and_another_seed_another(tmp_path: Path) -> None:
    first = contents(made_class(tmp_path / "first", 12))
    assert contents(made_class(tmp_path / "again", 12)) == first
    assert contents(made_class(tmp_path / "other", 12, seed=10)) != first


def test_a_class_of_48_has_at_least_20_different_bugs_and_opens_whole(tmp_path: Path) -> None:
    made = made_class(tmp_path / "class", 48)
    drawn = {name for m in made for name in m.bugs}
    assert len(drawn) >= 20
    assert drawn <= {bug.name for bug in known_bugs()}
    assert len(set(name_submissions([m.path for m in made]).values())) == 48
    for _, story, files in contents(made):
        for path in (p for p in files if p.endswith(".py") and "syntax error" not in story):
            ast.parse(files[path], path)


@pytest.fixture(scope="module")
def graded(course: Path, zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Made, Done]]:
    folder = tmp_path_factory.mktemp("sample")
    made = made_class(folder / "in", 12)
    bench = Course(course).bench(zygote, None)
    names = name_submissions([m.path for m in made])
    return list(zip(made, grade_class(names, bench, folder / "out", jobs=2), strict=True))


def test_every_made_submission_is_graded(graded: list[tuple[Made, Done]]) -> None:
    assert {(done.result.status, done.result.graded_max) for _, done in graded} == {("graded", 55)}


def test_a_made_submission_loses_marks_where_its_story_says(graded: list[tuple[Made, Done]]) -> None:
    function_of = {bug.name: bug.function for bug in known_bugs()}
    for made, done in graded:
        lost = {
            c.id.partition(".")[0]
            for q in done.result.questions
            for c in q.criteria
            if c.status not in ("passed", "pending")
        }
        if made.bugs:
            assert lost == {function_of[name] for name in made.bugs}, made.story
        elif made.story == "everything right":
            assert done.result.score == 55
        elif made.story == "the untouched release":
            assert done.result.score == 0
        elif made.story != "generative_models.ipynb is missing":
            assert 0 < len(lost) < 12, made.story


def test_sample_tells_the_story_of_each_submission_and_overwrites_nothing(
    course: Path, tmp_path: Path
) -> None:
    done = autograder("sample", tmp_path / "class", "--size", 3, "--seed", 1, root=course)
    lines = done.stdout.splitlines()
    names = [line.split()[0] for line in lines]
    assert sorted(names) == sorted(p.name for p in (tmp_path / "class").iterdir())
    assert [Path(name).suffix for name in names] == ["", ".zip", ".zip"]
    assert lines[0].endswith("everything right")
    again = autograder("sample", tmp_path / "class", root=course)
    assert again.returncode == 2
    assert (
        again.stderr == f"autograder: {tmp_path / 'class'} is not empty. Name a new folder for the class.\n"
    )


def test_a_class_needs_the_solutions(tmp_path: Path) -> None:
    with pytest.raises(AutograderError, match=r"does not exist\. Run `autograder build` first\.$"):
        make_class(tmp_path / "solutions", RELEASE, tmp_path / "class", 1, 1)


# --- doctor and help -------------------------------------------------------------------------------------------------


def test_doctor_says_which_library_students_cannot_import_here(capsys: pytest.CaptureFixture[str]) -> None:
    found = examine()
    assert found["libraries"].keys() == {"matplotlib", "torchvision", "tqdm"}
    assert found["libraries"]["tqdm"] == ""
    show(
        {
            **found,
            "libraries": {
                "tqdm": "",
                "torchvision": "RuntimeError: operator torchvision::nms does not exist",
            },
        }
    )
    assert (
        "students' code can import tqdm; not torchvision (RuntimeError: operator torchvision::nms does not exist). A file "
        "that imports it fails here: install builds that fit torch's, or tell students to leave it out"
    ) in " ".join(capsys.readouterr().out.split())


def test_doctor_tells_what_the_machine_offers(course: Path, zygote: Zygote) -> None:
    done = autograder("doctor", "--json", root=course)
    found = json.loads(done.stdout)
    assert done.returncode == 0
    available = [layer["layer"] for layer in found["sandbox"] if layer["available"]]
    assert available == list(zygote.layers)
    assert found["packages"]["torch"] == zygote.versions["torch"]
    assert found["data"].startswith("MNIST is not there")
    assert "autograder data fetch" in found["data"]


def test_doctor_tells_it_to_people_and_needs_no_course(tmp_path: Path) -> None:
    done = autograder("doctor", root=tmp_path, COLUMNS="160")
    assert done.returncode == 0, done.stderr
    assert "Confinement of student code" in done.stdout
    assert "seccomp" in done.stdout
    assert "no grading.yml" in done.stdout


def test_help_lists_every_command(tmp_path: Path) -> None:
    done = autograder("--help", root=tmp_path, COLUMNS="160", TERM="dumb")
    assert done.returncode == 0
    for command in ("build", "grade", "report", "marks", "selftest", "sample", "data", "doctor"):
        assert f" {command} " in done.stdout
    assert autograder("grade", root=tmp_path).returncode == 2
    assert autograder("no-such-command", root=tmp_path).returncode == 2
