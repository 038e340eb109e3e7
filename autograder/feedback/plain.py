"""Plain text of what a reader may see of a question, for tools that show no pages: Gradescope, CI logs, JUnit."""

from collections.abc import Iterator, Mapping

from autograder.feedback.gap import Gap
from autograder.feedback.text import cut, points
from autograder.feedback.view import CriterionView, QuestionView, Score
from autograder.feedback.words import STATUS
from autograder.results.model import Result, Training
from autograder.results.text import clean

WITHHELD = "Expected values are shown after the due date."
STAYS_HIDDEN = "What it looks at stays hidden."
CHARACTERS = 8000  # of one criterion


def criterion_texts(view: QuestionView, training: Training) -> dict[str, str]:
    """criterion id → all that its reader may know of it; the question's headline is said at the first broken one."""
    headline = view.headline.text
    if headline and view.headline.function:
        headline = f"{view.headline.function}: {headline}"
    texts = {}
    for criterion in view.criteria:
        lines = list(_criterion(criterion, training))
        if headline and criterion.explained and criterion.criterion.status not in ("passed", "pending"):
            lines.insert(1, headline)  # after its status
            headline = ""
        texts[criterion.criterion.id] = cut(clean("\n".join(lines)), CHARACTERS)
    return texts


def standing_lines(score: Score) -> list[str]:
    """What the points are made of that a student can see now, one line each."""
    if score.hidden_criteria or score.by_people or score.ungraded:
        lines = [f"{points(score.score)} of {points(score.graded)} points on what you can see now."]
    else:
        lines = [f"{points(score.score)} of {points(score.total)} points."]
    if score.hidden_criteria:
        lines.append(f"{points(score.hidden)} points: {score.hidden_criteria} hidden criteria.")
    if score.by_people:
        lines.append(f"{points(score.by_people)} points: written answers, marked by a person.")
    if score.ungraded:
        lines.append(f"{points(score.ungraded)} points: not graded yet.")
    return lines


def opening_lines(result: Result) -> list[str]:
    """What is to be said of the submission as a whole: why it was refused or not graded, notes about its files."""
    lines = []
    if result.status == "ungraded":
        lines.append(
            "Some parts could not be graded because of a fault on our side. They cost you nothing and will be run again."
        )
    elif result.status == "refused":
        lines.append("Your submission could not be opened, so nothing in it was tested.")
        lines.append(cut(clean(result.message), 2000))
    return lines + [f"About your files: {cut(clean(note), 500)}" for note in result.submission.notes]


def _criterion(view: CriterionView, training: Training) -> Iterator[str]:
    criterion = view.criterion
    if criterion.status == "partial":
        yield "◐ failed, part of the points"
    else:
        yield " ".join(STATUS[criterion.status])
    if not view.explained:
        if criterion.status not in ("passed", "pending"):
            yield STAYS_HIDDEN
        return
    yield from filter(None, [view.message, view.hint, *view.notes, view.next_step])
    if criterion.status == "skipped" and criterion.because:
        name = criterion.because
        yield f"Not run, because {name} failed: it earns the same fraction as {name} did."
    for fact in view.broken:
        yield ""
        yield fact.record.title
        yield from filter(None, [fact.record.message])
        for gap in fact.gaps:
            yield from _table(gap)
    for gap in view.gaps:
        yield from _table(gap)
    for reason, facts in view.likewise.items():
        yield f"{reason}: {' · '.join(f.title for f in facts)}"
    if view.passed:
        label = "Tested" if criterion.status == "passed" else "Holds"
        yield f"{label}: {' · '.join(f.title for f in view.passed)}"
    if criterion.kind == "training":
        yield from _training(view.function, training)


def _table(gap: Gap) -> Iterator[str]:
    """The gap table with aligned columns; a row that differs ends in an arrow if others do not."""
    cells = [gap.header, *([cut(cell, 80) for cell in row] for row in gap.rows)] if gap.rows else []
    widths = [max(len(row[k]) for row in cells) for k in range(len(gap.header))] if cells else []
    for number, row in enumerate(cells):
        text = "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        yield f"    {text}{'  ←' if number - 1 in gap.off else ''}"
    if gap.left_out:
        yield f"    … and {gap.left_out} more entries."
    for name, text in gap.others:
        yield f"    {name}: {cut(text, 600)}"
    if gap.withheld:
        yield f"    {WITHHELD}"


def _training(name: str, training: Training) -> Iterator[str]:
    """The numbers and sentences of a run, without its pictures."""
    if name == "vae" and training.vae is not None:
        run = training.vae
        numbers: Mapping[str, float | None] = {
            "ELBO on held-out digits": run.trusted_elbo,
            "reconstruction": run.reconstruction,
            "KL": run.kl,
        }
        told = [f"{label} {value:.1f}" for label, value in numbers.items() if value is not None]
        if told:
            yield f"Measured by the grader, in nats per image: {', '.join(told)}."
    elif name == "gan" and training.gan is not None:
        yield from (game.text for game in training.gan.games if game.text)
    elif name == "saturation" and training.saturation is not None and training.saturation.text:
        yield training.saturation.text
