"""rubrics.md: what assistants mark the written answers by, with task and model answer beside each rubric."""

import re
from collections.abc import Iterator, Mapping, Sequence

from autograder.authoring.cells import Cell, read_cells
from autograder.authoring.secrets import SENTENCE_END, TELLING, Secret, squeeze
from autograder.authoring.trees import Tree
from autograder.errors import AuthoringError
from autograder.results.rubric import Rubric, RubricItem
from autograder.spec.model import QuestionSpec, Spec

FILE = "rubrics.md"

_HEAD = """\
# Rubrics: {title}

For teaching assistants; not for students. Made by `autograder build` from `grading.yml` and the notebook: change those.

- Choose every item that applies; of a group at most one. The sum, held between 0 and the question's points, is the mark.
- Mark what is written. The code of the same exercise neither adds to a written mark nor takes from it.
- A typical wrong answer is treated as its row says, whoever marks; the last column is what an answer keeps that is right
  in everything else.
- *To practise*: mark the answers alone, before you open the list of their items; then compare with the others.
"""


def make_rubrics(solutions: Tree, spec: Spec) -> bytes:
    """The file, from the model answers in the solved notebooks.

    Raises AuthoringError if a rubric's question has no answer cell.
    """
    answers = {
        str(cell.metadata["nbgrader"]["grade_id"]): (before, cell)
        for name, content in solutions.items()
        if name.endswith(".ipynb")
        for before, cell in _answers(read_cells(content, name))
    }
    parts = [_HEAD.format(title=spec.title), *_staff_items(spec.staff_items)]
    for question in spec.questions:
        if question.rubric is not None:
            parts += _question(question, question.rubric, answers)
    return "\n".join(parts).encode()


def rubric_secrets(spec: Spec) -> Iterator[Secret]:
    """Every sentence of the rubrics from TELLING characters on: a secret, whatever the source says."""
    for question in spec.questions:
        if question.rubric is None:
            continue
        origin = f"the rubric of {question.id} in grading.yml"
        rubric = question.rubric
        answers = (*rubric.typical, *rubric.examples)
        texts = [*(item.text for item in rubric.items), *(answer.text for answer in answers), rubric.note]
        for sentence in (s for text in texts for s in SENTENCE_END.split(text)):
            if len(squeeze(sentence)) >= TELLING:
                yield Secret(squeeze(sentence), sentence, origin, anywhere=True)


def _answers(cells: Sequence[Cell]) -> Iterator[tuple[Cell | None, Cell]]:
    """Answer cells, each with the text above it, which sets the task."""
    above: Cell | None = None
    for cell in cells:
        if cell.is_solution:
            yield above, cell
        elif cell.kind == "markdown":
            above = cell


def _question(
    question: QuestionSpec, rubric: Rubric, answers: Mapping[str, tuple[Cell | None, Cell]]
) -> Iterator[str]:
    if question.id not in answers:
        raise AuthoringError(
            f"grading.yml: {question.id} has a rubric, but no answer cell of a notebook has this grade_id. "
            "Add the cell, or remove the rubric."
        )
    task, answer = answers[question.id]
    yield f"## {question.id} {question.title} ({_points(question.points)})\n"
    if task is not None:
        yield f"**Task**\n\n{_quote(task.source)}\n"
    yield f"**Model answer**\n\n{_quote(answer.source)}\n"
    yield "**Rubric**\n"
    yield from _table(
        ("item", "points", "applies if the answer has", "at most one of"),
        (
            (f"`{i.id}`", f"{i.points:+g}".replace("-", "−"), _escaped(i.text), _escaped(i.group or ""))
            for i in rubric.items
        ),
    )
    if rubric.typical:
        yield "**Typical wrong answers**\n"
        yield from _table(
            ("answer", "does not earn", "gets instead", "keeps"),
            ((_escaped(t.text), _ids(t.loses), _ids(t.gets), f"{rubric.left(t):g}") for t in rubric.typical),
        )
    if rubric.note:
        yield f"**Note.** {_escaped(rubric.note)}\n"
    if rubric.examples:
        yield "**To practise**\n"
        yield from (f"{n}. {_escaped(example.text)}" for n, example in enumerate(rubric.examples, start=1))
        yield "\n<details><summary>Their items</summary>\n"
        for n, example in enumerate(rubric.examples, start=1):
            yield f"{n}. {_points(rubric.points(example.items, question.points))}: {_ids(example.items)}"
        yield "\n</details>\n"


def _staff_items(items: Sequence[RubricItem]) -> Iterator[str]:
    if items:
        yield "In every rubric, without points, for assistants only:\n"
        yield from (f"- `{item.id}`: {_escaped(item.text)}." for item in items)
        yield ""


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(row)} |"
    yield ""


def _quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().split("\n"))


def _escaped(text: str) -> str:
    """Text that Markdown takes as it stands, also in a cell of a table."""
    return re.sub(r"([\\`*_<|$])", r"\\\1", " ".join(text.split()))


def _ids(ids: Sequence[str]) -> str:
    return ", ".join(f"`{i}`" for i in ids) or "–"


def _points(points: float) -> str:
    return f"{points:g} point{'' if points == 1 else 's'}"
