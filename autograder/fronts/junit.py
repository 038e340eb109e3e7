"""JUnit XML, as GitLab, Jenkins and CodeGrade read it: what students may see now, one test case for each criterion.

JUnit has no points: they are properties. Hidden criteria are skipped cases, so that nothing is told by their absence.
Source of what GitLab reads: gitlab-org/gitlab, lib/gitlab/ci/parsers/test/junit.rb. It shows of two cases of one name
the first only (names here begin with the criterion's id) and takes `classname` for the suite.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

from autograder.feedback.plain import criterion_texts
from autograder.feedback.text import number
from autograder.feedback.view import CriterionView, QuestionView, question_views, score_of, student_sees
from autograder.fronts.request import Export
from autograder.results.classroom import Classroom, read_class
from autograder.results.model import Criterion, Result
from autograder.results.store import write_whole
from autograder.spec import Spec

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HIDDEN = "hidden for now"


def junit(request: Export) -> str:
    """Write the report; the text to print."""
    classroom = read_class(request.folder)
    path = request.place("junit.xml")
    write_whole(path, junit_xml(classroom, request.spec, datetime.now(UTC)))
    return f"JUnit  {path}: {len(classroom.records)} submissions, what students may see now"


def junit_xml(classroom: Classroom, spec: Spec, as_of: datetime) -> str:
    """The report as text; a suite for each submission."""
    suites = ET.Element("testsuites", {"name": _legal(spec.title)})
    for record in classroom.records:
        suites.append(_suite(record.result, spec, as_of))
    for count in ("tests", "failures", "errors", "skipped"):
        suites.set(count, str(sum(int(suite.get(count, 0)) for suite in suites)))
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _suite(result: Result, spec: Spec, as_of: datetime) -> ET.Element:
    views = question_views(result, spec, {}, student_sees(spec, as_of), tables=1)
    name = _legal(result.submission.name)
    suite = ET.Element("testsuite", {"name": name, "timestamp": result.started_at})
    score = score_of(views)
    _properties(suite, {"points": score.score, "points_shown": score.graded, "points_in_all": score.total})
    for view in (v for v in views if v.question.kind == "auto"):
        texts = criterion_texts(view, result.training)
        seen = {c.criterion.id: c for c in view.criteria}
        for criterion in view.question.criteria:
            suite.append(_case(name, view, criterion, seen.get(criterion.id), texts))
    kinds = [child.tag for case in suite.iter("testcase") for child in case]
    suite.set("tests", str(len(suite.findall("testcase"))))
    for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(kinds.count(tag)))
    return suite


def _case(
    name: str, question: QuestionView, criterion: Criterion, view: CriterionView | None, texts: dict[str, str]
) -> ET.Element:
    case = ET.Element(
        "testcase",
        {"classname": f"{name}.{question.question.id}", "name": _legal(f"{criterion.id} {criterion.title}")},
    )
    if view is None:
        ET.SubElement(case, "skipped", {"message": HIDDEN})
        return case
    case.set("time", number(criterion.seconds))
    if criterion.score is not None:
        _properties(case, {"points": criterion.score, "points_at_most": criterion.max_score})
    text = _legal(texts[criterion.id])
    if criterion.status == "passed":
        return case
    tag = {"pending": "skipped", "grader_error": "error"}.get(criterion.status, "failure")
    told = ET.SubElement(case, tag, {"message": text.partition("\n")[0]})
    told.text = text
    return case


def _properties(parent: ET.Element, values: dict[str, float]) -> None:
    properties = ET.SubElement(parent, "properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", {"name": name, "value": number(value)})


def _legal(text: str) -> str:
    """Without what XML 1.0 cannot hold."""
    return _ILLEGAL.sub("", text)
