"""Whether a known bug is all that is wrong with a function: only then may its mistake earn credit."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.diagnosis.answers import RTOL_COARSE, agree, seen
from autograder.diagnosis.failed import Failed
from autograder.diagnosis.known_code import KnownCode
from autograder.diagnosis.questions import KnownAnswers, Question
from autograder.engine.calls import Answer
from autograder.engine.facts import Fact
from autograder.engine.judge import run_facts
from autograder.sandbox import Sandbox


def is_all(bug: str, failed: Failed, facts: Sequence[Fact], known: KnownAnswers, seed: bytes) -> bool:
    """Whether the bug breaks the facts that the function breaks, and no others.

    It must also answer as the function did where that excused another: a slip that is credited is the one that excuses.
    """
    return (
        bool(failed.broken)
        and _answers(bug, failed.excusing, known)
        and _breaks(bug, known.bank, facts, seed) == failed.broken.keys()
    )


def _answers(bug: str, excusing: Sequence[Answer], known: KnownAnswers) -> bool:
    """Whether the bug answers like this to these calls."""
    questions = [Question.of(answer.call, 0, f"asked/{i}") for i, answer in enumerate(excusing)]
    own = [seen(answer.call, answer.reply, known.graded) for answer in excusing]
    return all(
        agree(one, other, RTOL_COARSE) for one, other in zip(own, known.of(bug, questions), strict=True)
    )


def _breaks(bug: str, bank: Sandbox, facts: Sequence[Fact], seed: bytes) -> set[str]:
    """The facts that a known bug breaks, asked as the submission was."""
    outcomes = run_facts(facts, KnownCode(bank, bug, seed), seed)
    return {id for id, outcome in outcomes.items() if outcome.status != "passed"}
