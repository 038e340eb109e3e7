"""Why a function failed: it equals one known bug, or several that share a mistake, or a relation to the right formula.

The function and the known bugs of the same function are asked the same questions, with inputs from the
submission's secret seed: typical ones first, then unusual ones, where bugs part that are alike at typical inputs.
The bugs run in a fork of their own that holds nothing of the student's. Nothing is guessed: what fits no bug, or
several that have nothing in common, and stands in no relation, gets no hint.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.diagnosis.comparison import Comparison
from autograder.diagnosis.exact import is_all
from autograder.diagnosis.explanations import explanation
from autograder.diagnosis.failed import Failed, failures
from autograder.diagnosis.known import Known
from autograder.diagnosis.questions import KnownAnswers, Questions, ask
from autograder.engine.judge import Outcome
from autograder.engine.sheet import StandIns
from autograder.engine.student import Code, Student
from autograder.errors import SandboxError
from autograder.results.model import Hint
from autograder.sandbox import Sandbox, Zygote

ATTEMPTS = 2  # an end of our own fork must not cost the credit of a named mistake


@dataclass(frozen=True)
class Fingerprints:
    """`autograder.engine.sheet.Diagnose`: hints for the functions and classes that failed.

    `program` answers in a sandbox without a submission as if the code that the parameter `known` names stood there.
    `mistakes` are the sentences of the misconceptions that bugs share. `classes` tell what is wrong with a class from
    its failed facts and their messages.
    """

    program: str
    functions: Mapping[str, Known]
    mistakes: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, Callable[[Mapping[str, str]], Hint | None]] = field(default_factory=dict)
    stand_ins: StandIns | None = None

    def __call__(
        self, outcomes: Collection[Outcome], student: Student, zygote: Zygote, seed: bytes
    ) -> dict[str, Hint]:
        failed = failures(outcomes)
        hints = self._of_classes(failed) | self._of_functions(failed, student, zygote, seed)
        return {name: hint for name, hint in hints.items() if hint is not None}

    def _of_classes(self, failed: Sequence[Failed]) -> dict[str, Hint | None]:
        hints: dict[str, Hint | None] = {}
        for one in failed:
            if one.name in self.classes and one.ran:
                with contextlib.suppress(Exception):  # what is said of a mistake must not cost a mark
                    hints[one.name] = self.classes[one.name](one.broken)
        return hints

    def _of_functions(
        self, failed: Sequence[Failed], student: Student, zygote: Zygote, seed: bytes
    ) -> dict[str, Hint | None]:
        hints: dict[str, Hint | None] = {}
        wrong = [one for one in failed if one.name in self.functions and one.ran and one.written]
        for _ in range(ATTEMPTS if wrong else 0):
            try:
                with zygote.open({}, program=self.program) as bank:
                    for one in wrong:
                        others = {other.name for other in failed} - {one.name}
                        alone = self._alone(student, one.name, others)
                        hints[one.name] = self._safely(one, alone, bank, seed)
            except SandboxError:
                continue
            break
        return hints

    def _alone(self, student: Student, name: str, others: Collection[str]) -> Student:
        """The student's code with ours for the other failed functions: their bugs are not to show in this one."""
        helped = student.helped(self.stand_ins, others, name) if self.stand_ins is not None else None
        return student if helped is None else helped

    def _safely(self, failed: Failed, student: Student, bank: Sandbox, seed: bytes) -> Hint | None:
        """The hint, or none where an answer is stranger than this program can understand."""
        try:
            with student:
                return self.hint(failed, student, bank, seed)
        except SandboxError:
            raise
        except Exception:
            return None

    def hint(self, failed: Failed, code: Code, bank: Sandbox, seed: bytes) -> Hint | None:
        """What is certain of a function of the code."""
        known = self.functions[failed.name]
        compared = Comparison(
            known.bugs(),
            KnownAnswers(bank, known.graded),
            Questions.drawn(failed.name, known.probes, seed),
            lambda questions: ask(code, known.module, questions, known.graded),
        )
        if bugs := compared.bugs():
            exact = next((b for b in bugs if is_all(b, failed, known.facts, compared.known, seed)), None)
            says = compared.says[exact or bugs[0]]
            text = f"{says.text} See sheet {says.sheet}."
            return Hint(bug=exact or bugs[0], text=text, mistake=says.mistake, exact=exact is not None)
        mistake = compared.mistake()
        if mistake is not None:
            text = f"{self.mistakes[mistake]} See sheet {known.where}."
            return Hint(bug=f"mistake/{mistake}", text=text, mistake=mistake)
        told = explanation(compared, known, failed.broken)
        if told is not None:
            return Hint(bug=told[0], text=f"{told[1]} See sheet {known.where}.")
        return None
