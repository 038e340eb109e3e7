"""nbgrader's own commands on the course: the marks of `autograder grade`, and nothing hidden in what it writes."""

import ast
import csv
import fcntl
import json
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from tests.commands.course import ROOT, autograder
from tests.fronts.nbgrader.commands import nbgrader, run
from tests.fronts.nbgrader.conftest import ASSIGNMENT, SCRIPT, Collected
from tests.fronts.ten import Marks, Ten


def auto_scores(collected: Collected, student: str) -> Marks:
    """The gradebook's scores of the check cells, by question."""
    with Gradebook(collected.gradebook) as gradebook:
        (notebook,) = gradebook.find_submission(ASSIGNMENT, student).notebooks
        return {
            g.name.removesuffix("-check"): g.auto_score for g in notebook.grades if g.name.endswith("-check")
        }


def test_all_ten_get_the_marks_of_the_command(collected: Collected, ten: Ten) -> None:
    assert {name: auto_scores(collected, name) for name in ten.marks} == ten.marks


def test_points_of_the_gradebook_are_those_of_grading_yml(collected: Collected) -> None:
    with Gradebook(collected.gradebook) as gradebook:
        assert gradebook.find_assignment(ASSIGNMENT).max_score == 100


def test_nothing_of_a_notebook_is_executed_and_nothing_in_it_decides(collected: Collected, ten: Ten) -> None:
    """`sly` has right code; its notebook forges a score, wants 1000 points and lacks a check cell."""
    assert auto_scores(collected, "sly") == ten.marks["right"]
    assert not (collected.root / "executed").exists()
    checks = {f"{question}-check" for question in ten.marks["right"]}
    shown = {
        cell["metadata"].get("nbgrader", {}).get("grade_id")
        for cell in collected.notebook("autograded", "sly")["cells"]
        if cell.get("outputs")
    }
    assert shown == checks


def test_the_python_files_that_a_student_wrote_stay_theirs(collected: Collected, ten: Ten) -> None:
    """nbgrader puts the files of its source over a submission's; the staged stubs are kept from that."""
    kept = collected.folder("autograded", "crash") / "generative/divergence.py"
    assert kept.read_bytes() == ten.files("crash")["generative/divergence.py"]


def test_an_answer_on_paper_waits_for_a_person(collected: Collected) -> None:
    """nbgrader gives an untouched cell 0 points by itself."""
    with Gradebook(collected.gradebook) as gradebook:
        (notebook,) = gradebook.find_submission(ASSIGNMENT, "paper").notebooks
        grades = {g.name: (g.auto_score, g.needs_manual_grade) for g in notebook.grades}
    assert grades["9-1b-written"] == (0, False)
    assert grades["9-1c-written"] == (None, True)


def test_markup_of_a_student_does_not_reach_the_browser_of_who_marks_it(collected: Collected) -> None:
    sources = ["".join(cell["source"]) for cell in collected.notebook("autograded", "sly")["cells"]]
    assert not any("<script" in source for source in sources)
    assert "My answer, for $a&lt;b$: &lt;script>steal()&lt;/script>" in sources
    assert SCRIPT not in collected.page("sly")


def test_a_notebook_that_jupyter_would_not_write_is_graded_and_gets_its_page(
    collected: Collected, ten: Ten
) -> None:
    assert auto_scores(collected, "odd") == ten.marks["right"]
    assert "A lone surrogate: . Red. " in collected.page("odd")


def test_the_feedback_page_names_the_mistake(collected: Collected) -> None:
    page = collected.page("kl-normal-missing-half")
    assert "Your KL lacks the −½" in page
    assert "Score: 4.2 / 7.0" in page
    assert "A known slip: the function keeps 60 % of its points." in page


def test_expected_numbers_are_on_no_page_before_the_due_date(collected: Collected) -> None:
    assert "Expected values are shown after the due date." in collected.page("kl-normal-missing-half")
    for page in (collected.root / "build/nbgrader/feedback").rglob("*.html"):
        assert 'class="expected"' not in page.read_text()


def hidden_code() -> list[str]:
    """Every line of 30 characters or more of the hidden checks that is code: titles of facts are shown on pages."""
    lines = []
    for room in ("facts", "reference"):
        for path in sorted((ROOT / "autograder/assignment" / room).glob("*.py")):
            text = path.read_text()
            strings = {
                number
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Constant | ast.JoinedStr) and node.lineno != node.end_lineno
                for number in range(node.lineno, (node.end_lineno or 0) + 1)
            }
            one_line = {
                node.lineno
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            }
            lines += [
                line.strip()
                for number, line in enumerate(text.splitlines(), start=1)
                if number not in strings | one_line and len(line.strip()) >= 30
            ]
    return lines


def test_no_line_of_the_hidden_checks_is_in_anything_that_nbgrader_wrote(collected: Collected) -> None:
    code = [line.encode() for line in hidden_code() if not line.startswith(("import ", "from "))]
    assert len(code) > 500, "there is something to look for"
    written = collected.root / "build/nbgrader"
    for path in (p for p in written.rglob("*") if p.suffix in (".ipynb", ".html", ".db")):
        content = path.read_bytes()
        assert not [line for line in code if line in content], path


def test_export_writes_the_totals_of_the_command(collected: Collected, ten: Ten, tmp_path: Path) -> None:
    nbgrader(collected.root, "export", "--to", str(tmp_path / "grades.csv"))
    with (tmp_path / "grades.csv").open(newline="") as file:
        scores = {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)}
    assert {name: scores[name] for name in ten.results} == pytest.approx(
        {name: result.score for name, result in ten.results.items()}
    )


def test_a_flag_is_told_to_whoever_runs_nbgrader_and_withholds_nothing(
    collected: Collected, ten: Ten, tmp_path: Path
) -> None:
    assert "carries, for a person to look at: brings_data: " in collected.log
    assert auto_scores(collected, "carries") == ten.marks["right"]
    assert "brings_data" not in collected.page("carries")

    told = (
        "Flagged, and no person has let them go, but exported (look at staff.html, set `fine` in the row `(flags)` of "
        "`autograder marks export`, import it): "
    )

    def waiting() -> list[str]:
        (line,) = (n for n in nbgrader(collected.root, *export).splitlines() if told in n)
        return line.partition(told)[2].split(", ")

    sheet, words = tmp_path / "marks.csv", (collected.graded, tmp_path / "marks.csv")
    export = ("export", "--to", str(tmp_path / "grades.csv"))
    assert waiting() == ["carries", "crash", "hostile"]
    assert autograder("marks", "export", *words, root=collected.root).returncode == 0
    text = sheet.read_text("utf-8-sig")
    sheet.write_text(
        text.replace("carries,(flags),0,fine 0,,,,", "carries,(flags),0,fine 0,fine,,,Kim"), "utf-8"
    )
    assert autograder("marks", "import", *words, root=collected.root).stdout.startswith("1 marks appended")
    assert waiting() == ["crash", "hostile"]


def test_what_could_not_be_graded_gets_no_score_and_no_page(collected: Collected, ten: Ten) -> None:
    """Fail closed: another grader holds the folder of results, as it might by accident."""
    late = collected.folder("submitted", "late")
    late.mkdir(parents=True)
    for path, content in ten.files("right").items():
        (late / path).parent.mkdir(parents=True, exist_ok=True)
        (late / path).write_bytes(content)
    with (collected.graded / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run(collected.root, "autograde", ASSIGNMENT, "--student", "late")
    assert done.returncode == 1
    assert "another grader is writing to" in done.stderr
    assert set(auto_scores(collected, "late").values()) == {None}
    assert not collected.folder("autograded", "late").exists()


def test_a_notebook_of_the_tests_is_what_nbgrader_reads(collected: Collected) -> None:
    """The score is the last output, as `determine_grade` takes partial credit."""
    cells = collected.notebook("autograded", "kl-normal-missing-half")["cells"]
    (check,) = (c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == "9-1a-check")
    assert [output["output_type"] for output in check["outputs"]] == ["display_data", "execute_result"]
    assert json.loads("".join(check["outputs"][1]["data"]["text/plain"])) == 4.2
