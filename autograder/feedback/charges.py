"""What a page says of points that depend on another function's slip: only as far as that slip may be seen."""

from autograder.feedback.explain import function_of, is_broken
from autograder.feedback.policy import Detail, See
from autograder.feedback.words import CREDIT_LATER, rests_on
from autograder.results.model import Criterion, Result


class Charges:
    """Where each slip of a result is charged, for a reader who sees a part of its criteria."""

    def __init__(self, result: Result, see: See) -> None:
        self._place: dict[str, str] = {}  # function → question
        self._told: set[str] = set()  # functions whose failure the reader sees
        self._mistake: dict[str, str] = {}  # function → the one mistake that explains its failure
        for question in result.questions:
            for criterion in question.criteria:
                function, hint = function_of(criterion), criterion.hint
                self._place[function] = question.id
                if is_broken(criterion) and see(criterion) >= Detail.INPUTS:
                    self._told.add(function)
                if hint is not None and hint.exact and hint.mistake is not None:
                    self._mistake[function] = hint.mistake

    def notes(self, criterion: Criterion) -> list[str]:
        """The sentences on the criterion's points."""
        found = []
        if criterion.credit:
            mistake = self._mistake.get(function_of(criterion))
            alike = {name for name, other in self._mistake.items() if other == mistake}
            found.append(criterion.credit if alike <= self._told else CREDIT_LATER)
        roots = [name for name in criterion.rests_on if name in self._told]
        if roots:
            found.append(rests_on(roots, self._place))
        return found
