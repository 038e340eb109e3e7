"""The summary page and the annotations: readable, bounded, and nothing in them is a command or ends its block."""

from pathlib import Path

from autograder.fronts.ci.github import SUMMARY_BYTES, annotation_lines, summary
from autograder.results.classroom import Classroom, Submitted
from autograder.results.marks import Standing
from autograder.results.model import Result
from autograder.results.store import read_result
from tests.fronts.ci.runner import obeyed
from tests.results.graded_with import DUE, grading_of

HERE = Path(__file__).parent
RESULT = read_result(HERE.parents[1] / "results" / "golden" / "result-1.json")
SPEC = grading_of(RESULT)


def classroom(*results: Result) -> Classroom:
    return Classroom(Path(), tuple(Submitted(Path(), result, {}) for result in results), Standing({}, {}))


def saying(text: str, name: str = "ada") -> Result:
    """The result of a submission whose first criterion failed with this text."""
    result = RESULT.model_copy(deep=True)
    result.submission.name = name
    first = result.questions[0].criteria[0]
    first.hint, first.message, first.evidence, first.facts = None, text, [], []
    return result


def test_the_golden_page() -> None:
    """Looked at by a person."""
    assert summary(classroom(RESULT), SPEC, DUE.replace(day=1)) == (HERE / "golden" / "summary.md").read_text(
        "utf-8"
    )


def test_text_of_a_student_ends_no_block() -> None:
    page = summary(classroom(saying("````\n</details><script>\n```")), SPEC, DUE)
    lines = page.splitlines()
    fence = next(line for line in lines if line.startswith("```"))
    assert fence == "`````text"
    opened, closed = lines.index("`````text"), lines.index("`````")
    assert opened < next(i for i, line in enumerate(lines) if "<script>" in line) < closed


def test_a_name_is_text_in_the_table() -> None:
    page = summary(classroom(saying("", name="a|b<img src=x>`")), SPEC, DUE)
    assert r"| a\|b&lt;img src=x\>\` |" in page


def test_an_annotation_is_one_command_whatever_it_says() -> None:
    lines = annotation_lines(
        classroom(saying("50 %\n::error::two\r\n::stop-commands::x", name="a,b::c")), SPEC, DUE
    )
    commands = obeyed("\n".join(lines))
    assert {kind for kind, _ in commands} == {"error"}
    assert lines[0].startswith("::error title=a%2Cb%3A%3Ac%3A 9-1a ")
    assert lines[0].endswith("::50 %25%0A::error::two%0A::stop-commands::x")


def test_a_class_is_cut_where_github_would_drop_the_page() -> None:
    many = [saying("x" * 8000, name=f"student{number}") for number in range(200)]
    page = summary(classroom(*many), SPEC, DUE)
    assert len(page.encode()) < SUMMARY_BYTES + 1000
    assert "more submissions: see the job's artifact." in page
    assert page.count("| student") == 200
    assert annotation_lines(classroom(*many), SPEC, DUE)[-1].startswith("::notice::")


def test_hidden_criteria_are_not_told() -> None:
    page = summary(classroom(RESULT), SPEC, DUE.replace(day=1))
    hidden = [
        c for q in RESULT.questions for c in q.criteria if c.visibility == "after_published" and c.message
    ]
    assert hidden
    assert not [c for c in hidden if c.id in page]
