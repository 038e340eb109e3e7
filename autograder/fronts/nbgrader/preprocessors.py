"""The steps that nbgrader_config.py puts into nbgrader's pipelines.

`nbgrader autograde`: PlainNotebook and RestoreCells, then GradeByEngine in the place of Execute, nbgrader's own
SaveAutoGrades, ExchangeMarks and HarmlessCells. `nbgrader generate_feedback`: FeedbackOfToday.
"""

import html
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor, OverwriteCells
from traitlets import Bool, Unicode

from autograder.authoring.points import cell_of
from autograder.course import Course
from autograder.fronts.grading import NotGraded, grade_one
from autograder.fronts.nbgrader.exchange import exchange_marks
from autograder.fronts.nbgrader.harmless import harmless
from autograder.fronts.nbgrader.places import GRADED
from autograder.fronts.nbgrader.show import outputs_of
from autograder.results.answers import grade_id_of, source_of
from autograder.results.looks import asked
from autograder.results.store import RESULT, read_result
from autograder.results.text import clean

Step = tuple[Any, Any]  # notebook and resources, as nbconvert hands them on

IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/svg+xml"})


class _Step(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """What the steps have in common: where the course is, whose notebook this is."""

    @property
    def coursedir(self) -> CourseDirectory:
        return self.parent.parent.coursedir  # the exporter's converter

    @property
    def root(self) -> Path:
        return Path(self.coursedir.root)

    @property
    def graded(self) -> Path:
        return self.root / GRADED

    def exchange(self, student: str) -> None:
        """Marks of the gradebook and of marks.jsonl come to agree, if there is a result that they belong to."""
        if not (self.graded / student / RESULT).exists():
            return
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            exchange_marks(gradebook, self.graded, Course.find(self.root).spec, [student], self.log)


class PlainNotebook(_Step):
    """Makes the notebook anew of what counts in it: the text of its cells, their grade ids and their images.

    Comes first. nbconvert checks the whole notebook after every step and gives up one that Jupyter would not write;
    nbgrader stops a class at metadata of another version. What a cell is for is what the gradebook says of its id.
    """

    def preprocess(self, nb: Any, resources: Any) -> Step:
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            source = gradebook.find_notebook(about["notebook"], about["assignment"])
            answers = {cell.name for cell in source.solution_cells}
            points = {cell.name: cell.max_score for cell in source.grade_cells}
            known = {cell.name: _about(cell, points.get(cell.name), answers) for cell in source.source_cells}
        cells = [_plain(cell, number, known) for number, cell in enumerate(nb.cells)]
        plain = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"language_info": {"name": "python"}},
            "cells": cells,
        }
        # JSON may smuggle in lone surrogates, which neither a file nor the gradebook can hold.
        text = json.dumps(plain, ensure_ascii=False).encode("utf-8", "ignore")
        return _node(json.loads(text)), resources


class RestoreCells(OverwriteCells):  # type: ignore[misc]
    """nbgrader's OverwriteCells; graded cells that a student has deleted come back at the end of the notebook.

    nbgrader's own `add_missing_cells` puts them after their neighbour and fails if that one is gone or read-only. What
    DeduplicateIds leaves of the metadata of a copy is taken out.
    """

    def preprocess(self, nb: Any, resources: Any) -> Step:
        nb, resources = super().preprocess(nb, resources)
        for cell in nb.cells:
            if "grade_id" not in cell.metadata.get("nbgrader", {}):
                cell.metadata.pop("nbgrader", None)  # nbgrader would refuse the notebook
        there = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nb.cells}
        with Gradebook(self.db_url) as gradebook:
            source = gradebook.find_notebook(self.notebook_id, self.assignment_id)
            answers = {cell.name for cell in source.solution_cells}
            points = {cell.name: cell.max_score for cell in source.grade_cells}
            for cell in source.source_cells:
                if cell.name in points and cell.name not in there:
                    missing = self.missing_cell_transform(
                        cell, points[cell.name], is_solution=cell.name in answers
                    )
                    missing["id"] = f"{cell.name}-restored"
                    nb.cells.append(missing)
        return nb, resources


class GradeByEngine(_Step):
    """Grades the submission as it was collected, and puts score and feedback into the check cells. Starts no kernel.

    Fails closed: where a score is missing it raises, nbgrader stores nothing and lists the submission.
    """

    training = Bool(True, help="with or without the training runs").tag(config=True)
    data = Unicode(
        "", help="MNIST's folder, or `embedded`; empty: $MNIST_DIR or data/ in the course's folder"
    ).tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> Step:
        about = resources["nbgrader"]
        student = about["student"]
        folder = self.coursedir.format_path(self.coursedir.submitted_directory, student, about["assignment"])
        self.exchange(student)  # before the answers change that formgrader's marks belong to
        course = Course.find(self.root)
        result = grade_one(
            Path(folder), student, course, self.graded, training=self.training, data=self.data or None
        )
        for line in asked(result):
            self.log.warning("%s, for a person to look at: %s", student, line)
        spec = course.spec
        wanted = {cell_of(question) for question in spec.questions if question.kind == "auto"}
        outputs = outputs_of(result, spec, {}, datetime.now(UTC))
        shown = set()
        for cell, grade_id in _graded_cells(nb):
            if grade_id in outputs:
                cell.outputs, cell.execution_count = _nodes(outputs[grade_id]), 1
                shown.add(grade_id)
        if wanted != shown:
            raise NotGraded(
                f"{student}: no cell or no result for {', '.join(sorted(wanted ^ shown))}. Run `autograder build` and "
                "`nbgrader generate_assignment --force` after a change of questions, then autograde again."
            )
        return nb, resources


class ExchangeMarks(_Step):
    """Brings people's marks of marks.jsonl into the gradebook, and those of formgrader into marks.jsonl."""

    def preprocess(self, nb: Any, resources: Any) -> Step:
        self.exchange(resources["nbgrader"]["student"])
        return nb, resources


class HarmlessCells(_Step):
    """Shows HTML of students as text, and none of their control characters.

    Comes after the scores: it changes what an unanswered cell is recognised by.
    """

    def preprocess(self, nb: Any, resources: Any) -> Step:
        for cell in nb.cells:
            cell.source = clean(cell.source)
            if cell.cell_type == "raw":
                cell.source = html.escape(cell.source, quote=False)
            elif cell.cell_type == "markdown" and not _is_ours(cell):
                cell.source = harmless(cell.source, cell.get("attachments", {}))
        return nb, resources


class FeedbackOfToday(_Step):
    """Shows in the check cells what the student may see now: dates may have passed since the submission was graded."""

    def preprocess(self, nb: Any, resources: Any) -> Step:
        student = resources["nbgrader"]["student"]
        spec = Course.find(self.root).spec
        result = read_result(self.graded / student / RESULT)
        outputs = outputs_of(result, spec, {}, datetime.now(UTC))
        for cell, grade_id in _graded_cells(nb):
            if grade_id in outputs:
                cell.outputs = _nodes(outputs[grade_id][:-1])  # the score stands above the cell
        return nb, resources


def _about(cell: Any, points: float | None, answers: Collection[str]) -> dict[str, Any]:
    """nbgrader's metadata of one cell of the handout."""
    return {
        "schema_version": 3,
        "grade_id": cell.name,
        "cell_type": cell.cell_type,
        "checksum": cell.checksum,
        "locked": cell.locked,
        "solution": cell.name in answers,
        "task": False,
        "grade": points is not None,
        **({} if points is None else {"points": points}),
    }


def _plain(cell: Any, number: int, known: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    about = known.get(grade_id_of(cell))
    kind = about["cell_type"] if about else cell.get("cell_type")
    plain = {
        "id": f"cell-{number}",
        "metadata": {"nbgrader": about} if about else {},
        "source": source_of(cell),
    }
    if kind == "code":
        return {**plain, "cell_type": "code", "execution_count": None, "outputs": []}
    images = _images(cell.get("attachments"))
    return {
        **plain,
        "cell_type": "markdown" if kind == "markdown" else "raw",
        **({"attachments": images} if images else {}),
    }


def _images(attachments: Any) -> dict[str, dict[str, str]]:
    """The attachments that a page can show, by name."""
    images = {
        name: {
            kind: content for kind, content in bundle.items() if kind in IMAGES and isinstance(content, str)
        }
        for name, bundle in (attachments.items() if isinstance(attachments, dict) else ())
        if isinstance(bundle, dict)
    }
    return {name: bundle for name, bundle in images.items() if bundle}


def _is_ours(cell: Any) -> bool:
    """Whether the text is the handout's: RestoreCells has put it back. It takes unknown grade ids away."""
    about = cell.metadata.get("nbgrader", {})
    return bool(about.get("locked")) and "grade_id" in about


def _graded_cells(nb: Any) -> Iterator[tuple[Any, str]]:
    """Every cell that nbgrader grades, with its grade id."""
    for cell in nb.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade") and "grade_id" in about:
            yield cell, about["grade_id"]


def _nodes(outputs: list[dict[str, Any]]) -> list[Any]:
    return [_node(output) for output in outputs]


def _node(value: dict[str, Any]) -> Any:
    return nbformat.from_dict(value)  # type: ignore[no-untyped-call]
