"""JUnit XML: well-formed whatever students print, and silent about what is hidden."""

import xml.etree.ElementTree as ET
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from autograder.fronts.junit import HIDDEN, junit_xml
from autograder.results.classroom import Classroom, Submitted
from autograder.results.marks import Standing
from autograder.results.model import Result
from autograder.results.store import read_result
from tests.results.graded_with import DUE, grading_of

RESULT = read_result(Path(__file__).parents[1] / "results" / "golden" / "result-1.json")
SPEC = grading_of(RESULT)
BEFORE = DUE.replace(day=1)
CRITERIA = [c for q in RESULT.questions for c in q.criteria]


def report(result: Result = RESULT) -> ET.Element:
    classroom = Classroom(Path(), (Submitted(Path(), result, {}),), Standing({}, {}))
    return ET.fromstring(junit_xml(classroom, SPEC, BEFORE))


def test_the_golden_file() -> None:
    """Looked at by a person."""
    classroom = Classroom(Path(), (Submitted(Path(), RESULT, {}),), Standing({}, {}))
    golden = Path(__file__).parent / "golden" / "junit.xml"
    assert junit_xml(classroom, SPEC, BEFORE) == golden.read_text("utf-8")


def test_every_criterion_is_a_case_with_a_name_of_its_own() -> None:
    """GitLab shows of two cases of one name the first only."""
    (suite,) = report()
    names = [(case.get("classname"), case.get("name")) for case in suite.findall("testcase")]
    assert len(names) == len(set(names)) == len(CRITERIA) == int(suite.get("tests", 0))


def test_points_are_properties() -> None:
    (suite,) = report()
    case = next(c for c in suite.iter("testcase") if str(c.get("name")).startswith("kl_normal.value"))
    properties = {p.get("name"): p.get("value") for p in case.iter("property")}
    assert properties == {"points": "1.8", "points_at_most": "3"}


def test_hidden_criteria_are_skipped_and_say_nothing() -> None:
    (suite,) = report()
    skipped = [c for c in suite.iter("testcase") if c.find("skipped") is not None]
    hidden = [c for c in CRITERIA if c.visibility != "visible"]
    silent = [c for c in skipped if c.find("skipped").attrib == {"message": HIDDEN}]  # type: ignore[union-attr]
    assert len(silent) == len(hidden)
    assert not [c for c in silent if list(c.iter("property")) or c.get("time")]


def test_our_fault_is_an_error_and_no_failure() -> None:
    (suite,) = report()
    ours = [c for c in suite.iter("testcase") if c.find("error") is not None]
    assert [str(c.get("name")).split()[0] for c in ours] == ["generator_loss_nonsaturating.value"]


@given(st.text(st.characters(exclude_categories=[]), max_size=60))
def test_any_text_can_be_read_back(text: str) -> None:
    """ElementTree writes ESC, NUL and lone surrogates, and cannot read them."""
    result = RESULT.model_copy(deep=True)
    first = result.questions[0].criteria[0]
    first.hint, first.message, first.evidence, first.facts = None, text, [], []
    classroom = Classroom(Path(), (Submitted(Path(), result, {}),), Standing({}, {}))
    written = junit_xml(classroom, SPEC, BEFORE).encode("utf-8")
    assert len(ET.fromstring(written)) == 1


def test_the_counts_are_those_of_the_cases() -> None:
    root = report()
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert root.get(name) == str(len(list(root.iter(tag))))
