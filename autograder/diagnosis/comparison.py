"""Which known bugs a function equals: at typical questions, and at unusual ones, where bugs part that are alike there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.diagnosis import RIGHT
from autograder.diagnosis.answers import Seen, agree
from autograder.diagnosis.known import Says
from autograder.diagnosis.questions import Answered, KnownAnswers, Question, Questions


@dataclass(frozen=True)
class Comparison:
    """One function beside the known bugs, which are asked the same; a question is put only once its answer is needed.

    says: the bugs by name. known: their answers, and those of the right formula. ask: the function's own.
    """

    says: Mapping[str, Says]
    known: KnownAnswers
    questions: Questions
    ask: Callable[[Sequence[Question]], list[Seen]]

    def bugs(self) -> list[str]:
        """The known bugs that the function equals, if they say one and the same."""
        return self._alike if RIGHT not in self._alike and len(self.texts(self._alike)) == 1 else []

    def mistake(self) -> str | None:
        """The one misconception of all bugs that the function equals, at least at typical questions."""
        alike = self._alike or (self.usually_alike if self.runs else [])
        shared = {self.says[name].mistake for name in alike if name != RIGHT}
        return shared.pop() if RIGHT not in alike and len(shared) == 1 else None

    def texts(self, names: Collection[str]) -> set[str]:
        """What the bugs among these known entries say."""
        return {self.says[name].text for name in names if name != RIGHT}

    def right(self, question: Question) -> Seen:
        """The right answer."""
        return self.known(question, [RIGHT])[0]

    @cached_property
    def usual(self) -> list[Answered]:
        """The typical questions with the function's answers."""
        return self._answered(self.questions.typical)

    @cached_property
    def unusual(self) -> list[Answered]:
        """The unusual questions with the function's answers."""
        return self._answered(self.questions.unusual)

    def _answered(self, questions: Sequence[Question]) -> list[Answered]:
        return list(zip(questions, self.ask(questions), strict=True))

    @property
    def runs(self) -> bool:
        """Whether the function answers every typical question."""
        return all(own.exception is None for _, own in self.usual)

    @cached_property
    def usually_alike(self) -> list[str]:
        """The known entries that answer the typical questions as the function does."""
        # Most bugs differ in their values at the first question, and nobody needs their gradients. Some answer
        # otherwise where no gradient is taken.
        question, own = self.usual[0]
        first = question.values()
        [plain] = self.ask([first])
        names = [RIGHT, *self.says]
        values = zip(names, self.known(first, names), strict=True)
        alike = [name for name, seen in values if agree(own.values, seen) or agree(plain, seen)]
        return self._among(alike, self.usual)

    @cached_property
    def _alike(self) -> list[str]:
        """Those of them that the function equals at unusual questions too, where these are needed to tell."""
        alike = self.usually_alike
        # By typical values alone a formula is known that is wrong everywhere; an exception says less.
        if not alike or (self.runs and RIGHT not in alike and len(self.texts(alike)) == 1):
            return alike
        if all(own.exception is not None for _, own in (*self.usual, *self.unusual)):
            return []
        return self._among(alike, self._telling())

    def _telling(self) -> list[Answered]:
        """The unusual questions, those first that the function does not answer rightly: they part most bugs."""
        right = self.known.of(RIGHT, self.questions.unusual)
        wrong_first = sorted(
            zip(self.unusual, right, strict=True), key=lambda asked: agree(asked[0][1], asked[1])
        )
        return [answered for answered, _ in wrong_first]

    def _among(self, names: Iterable[str], answered: Iterable[Answered]) -> list[str]:
        """Those of the known entries that answer these questions as the function does."""
        alike = list(names)
        for question, own in answered:
            if alike:
                answers = self.known(question, alike)
                alike = [name for name, seen in zip(alike, answers, strict=True) if agree(own, seen)]
        return alike
