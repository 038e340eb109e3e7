"""A person's look at a flagged submission. Until there is one, no door lets its grade out.

A flag is a question, not a verdict, and takes no points. Its answer is a mark like any other, worth none: the row
`(flags)` of `autograder marks export`, then a line in marks.jsonl. It belongs to the submitted files and the kinds of
flags that were there: grading the same files again keeps it; other files, or a flag of another kind, ask anew.
"""

from collections.abc import Mapping

from autograder.results.answers import answer_sha256
from autograder.results.marks import Mark
from autograder.results.model import Question, Result
from autograder.results.rubric import Rubric, RubricItem
from autograder.results.text import clean_line

FLAGS = "(flags)"
"""What a look is the mark of. No question can be called so: ids of grading.yml have no parentheses."""

FINE = "fine"
RUBRIC = Rubric(items=(RubricItem(id=FINE, points=0, text="looked at: the grade goes out"),))
QUESTION = Question(
    id=FLAGS, title="For a person to look at", kind="written", score=None, max_score=0, status="pending"
)
HOW = f"look at staff.html, set `{FINE}` in the row `{FLAGS}` of `autograder marks export`, import it"
"""How a person lets a grade go."""


def asked(result: Result) -> list[str]:
    """What the flags ask, a line for each."""
    return [clean_line(f"{flag.kind}: {flag.text}") for flag in result.flags]


def flags_sha256(result: Result) -> str:
    """The hash that ties a look to what was looked at."""
    return answer_sha256("\n".join([result.submission.sha256, *sorted({flag.kind for flag in result.flags})]))


def is_held(result: Result, marks: Mapping[str, Mark]) -> bool:
    """Whether its grade waits for a person; `marks` are those that count, by question."""
    look = marks.get(FLAGS)
    return bool(result.flags) and (look is None or FINE not in look.items)
