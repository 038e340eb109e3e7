"""Why a function failed: it equals one known bug, or several that share a mistake, or a relation to the right formula.

The function and the known bugs of the same function are asked the same questions, with inputs from the
submission's secret seed: typical ones first, then unusual ones, where bugs part that are alike at typical inputs.
The bugs run in a fork of their own that holds nothing of the student's. Nothing is guessed: what fits no bug, or
several that have nothing in common, and stands in no relation, gets no hint.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from autograder.diagnosis import RIGHT
from autograder.diagnosis.answers import EVERYTHING, RTOL_COARSE, Graded, Seen, agree, same, seen
from autograder.diagnosis.failed import Failed, failures
from autograder.diagnosis.forms import (
    bounded,
    detached,
    exchanged_arguments,
    exchanged_results,
    imprecise,
    in_place,
    nearly_right,
    other_dtype,
    other_shape,
    reductions,
    scaled_gradients,
    wrong_gradients,
)
from autograder.diagnosis.known_code import KnownCode
from autograder.diagnosis.noise import wrong_noise
from autograder.diagnosis.pairs import pairs, same_values
from autograder.diagnosis.places import Place, where_wrong
from autograder.diagnosis.questions import KnownAnswers, Probes, Question, Unusual, ask
from autograder.diagnosis.relations import Case, relation_of
from autograder.diagnosis.scales import differences, factors
from autograder.engine.calls import Answer
from autograder.engine.draw import Draw
from autograder.engine.facts import Fact
from autograder.engine.judge import Outcome, run_facts
from autograder.engine.sheet import StandIns
from autograder.engine.student import Code, Student
from autograder.errors import SandboxError
from autograder.results.model import Hint
from autograder.sandbox import Sandbox, Zygote

ATTEMPTS = 2  # an end of our own fork must not cost the credit of a named mistake
WITH_THE_RIGHT_FORMULA = (
    *(factors, differences, exchanged_results, exchanged_arguments, reductions),
    *(detached, scaled_gradients, other_dtype, other_shape, in_place),
)
"""What may hold."""
ELSE = ((bounded,), (imprecise,), (wrong_gradients,))
"""What is said, in this order, only if none of these does."""
BESIDE = "those of this mistake alone", "that of this mistake"
RANDOM = (
    "Your function draws random numbers: called again with the same arguments it gives other values. "
    "The result is determined by the arguments."
)
OTHER_NOISE = 2**30  # above the seeds of all questions


@dataclass(frozen=True)
class Says:
    """What a known bug says to the student, where on the sheet, and the misconception that it shares with others."""

    text: str
    sheet: str
    mistake: str | None = None


@dataclass(frozen=True)
class Known:
    """What is known of one function: how to probe it, its facts, and its bugs by name.

    where: the line of the sheet. random: it draws noise ε, and right code may use −ε, so a bug with one relation more
    proves nothing.
    """

    module: str
    where: str
    probes: Callable[[Draw], Probes]
    bugs: Callable[[], Mapping[str, Says]]  # read only where the function has failed
    facts: tuple[Fact, ...] = ()
    graded: Graded = EVERYTHING
    random: bool = False


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
        function, broken = failed.name, failed.broken
        known = self.functions[function]
        draw = Draw(seed, f"diagnosis/{function}")
        probes = known.probes(draw)
        noise = draw.integer(1, 2**29)
        calls = [*probes.typical, *(unusual.call for unusual in probes.unusual), *probes.noise]
        every = [Question.of(call, noise + i, f"{function}/{i}") for i, call in enumerate(calls)]
        questions = every[: len(calls) - len(probes.noise)]
        compared = _Compared(
            known.bugs(),
            KnownAnswers(bank, known.graded),
            questions,
            len(probes.typical),
            lambda some: ask(code, known.module, some, known.graded),
        )
        named = compared.bugs()
        if named:
            possible = [bug for bug in named if compared.answers(bug, failed.excusing)] if broken else []
            exact = next((b for b in possible if _breaks(b, bank, known.facts, seed) == set(broken)), None)
            says = compared.says[exact or named[0]]
            text = f"{says.text} See sheet {says.sheet}."
            return Hint(bug=exact or named[0], text=text, mistake=says.mistake, exact=exact is not None)
        mistake = compared.mistake()
        if mistake is not None:
            text = f"{self.mistakes[mistake]} See sheet {known.where}."
            return Hint(bug=f"mistake/{mistake}", text=text, mistake=mistake)
        # Facts about values ask at moderate arguments, and where there is noise, about that.
        right_there = not any(fact.kind == "value" and fact.id in broken for fact in known.facts)
        if known.random:
            related = (
                compared.relation()
                or compared.wrong_noise(every[len(questions) :])
                or (compared.place(probes.unusual) if right_there else None)
                or compared.bug_with_another_gradient()
            )
        else:
            related = (
                compared.randomness()
                or compared.relation()
                or compared.place(probes.unusual, right_there)
                or compared.pair()
                or compared.bug_with_another_gradient()
            )
        if related is None:
            return None
        return Hint(bug=related[0], text=f"{related[1]} See sheet {known.where}.")


class _Compared:
    """One function's answers beside those of the known bugs; the first `typical` questions are the typical ones."""

    def __init__(
        self,
        says: Mapping[str, Says],
        answers: KnownAnswers,
        questions: Sequence[Question],
        typical: int,
        ask_function: Callable[[Sequence[Question]], list[Seen]],
    ) -> None:
        self.says = says
        self._answers = answers
        self._questions, self._typical = questions, typical
        self._ask = ask_function
        self._own = ask_function(questions[:typical])
        # Most bugs differ in their values at the first question, and nobody needs their gradients. Some answer
        # otherwise where no gradient is taken.
        [plain] = ask_function([questions[0].values()])
        values = self._answers(questions[0].values(), [RIGHT, *says])
        first = self._own[0].values
        named = zip([RIGHT, *says], values, strict=True)
        alike = [name for name, seen in named if agree(first, seen) or agree(plain, seen)]
        self._usually = self._alike(alike, range(typical))
        # By typical values alone a formula is known that is wrong everywhere; an exception says less.
        self._answered = all(seen.exception is None for seen in self._own)
        if self._answered and len(self._texts(self._usually)) == 1 and RIGHT not in self._usually:
            self._left = self._usually
        elif self._usually:
            self._own += ask_function(questions[typical:])
            some_answer = any(seen.exception is None for seen in self._own)
            self._left = self._alike(self._usually, self._telling()) if some_answer else []
        else:
            self._left = []

    def bugs(self) -> list[str]:
        """The known bugs that the function equals, if they say one and the same."""
        return self._left if RIGHT not in self._left and len(self._texts(self._left)) == 1 else []

    def answers(self, bug: str, asked: Sequence[Answer]) -> bool:
        """Whether the bug answers like this to these calls."""
        questions = [Question.of(answer.call, 0, f"asked/{i}") for i, answer in enumerate(asked)]
        own = [seen(answer.call, answer.reply, self._answers.graded) for answer in asked]
        of_bug = self._answers.of(bug, questions)
        return all(agree(one, other, RTOL_COARSE) for one, other in zip(own, of_bug, strict=True))

    def mistake(self) -> str | None:
        """The one misconception of all bugs that the function equals, at least at typical questions."""
        alike = self._left or (self._usually if self._answered else [])
        shared = {self.says[name].mistake for name in alike if name != RIGHT}
        return shared.pop() if RIGHT not in alike and len(shared) == 1 else None

    def relation(self) -> tuple[str, str] | None:
        """The name and the sentence of what holds between the function and the right formula."""
        if RIGHT in self._usually:
            return None
        tried = (relation_of(self._cases(), self._right, some) for some in (WITH_THE_RIGHT_FORMULA, *ELSE))
        found = next((relation for relation in tried if relation is not None), None)
        return None if found is None else (f"relation/{found.name}", found.text())

    def place(self, unusual: Sequence[Unusual], at_moderate: bool = True) -> tuple[str, str] | None:
        """Where the function is wrong, if it is right at typical arguments.

        at_moderate: whether it may be called right at all moderate arguments.
        """
        if RIGHT not in self._usually and not all(nearly_right(c.own, c.base) for c in self._cases()):
            return None
        if len(self._own) == self._typical:
            self._own += self._ask(self._questions[self._typical :])
        own = self._own[self._typical :]
        right = self._answers.of(RIGHT, self._questions[self._typical :])
        found = where_wrong([Place(*each) for each in zip(unusual, own, right, strict=True)])
        if found is None or (found[0] == "extremes" and not at_moderate):
            return None
        return f"relation/{found[0]}", found[1]

    def randomness(self) -> tuple[str, str] | None:
        """Whether a function that has no business with random numbers draws some."""
        if not self._answered or RIGHT in self._usually:
            return None
        question = self._questions[0].values()
        others = [
            replace(question, noise=noise, number=f"{question.number}/noise {i}")
            for i, noise in enumerate((OTHER_NOISE, OTHER_NOISE, OTHER_NOISE + 1))
        ]
        once, again, other = self._ask(others)
        answered = once.exception is None and other.exception is None
        return (
            ("relation/random", RANDOM)
            if answered and agree(once, again) and not agree(once, other)
            else None
        )

    def wrong_noise(self, questions: Sequence[Question]) -> tuple[str, str] | None:
        """What is wrong with the noise of a random function, by the statistics of many draws."""
        drawn = [seen.outputs[0] for seen in self._ask(questions) if len(seen.outputs) == 1]
        found = wrong_noise(*drawn) if len(drawn) == 2 else None
        return None if found is None else (f"relation/{found[0]}", found[1])

    def pair(self) -> tuple[str, str] | None:
        """The one known bug and the one relation to it that together explain the function."""
        if self._usually or not self._answered:
            return None
        usual = self._usual()
        first = usual[0][0].values()
        right = self._right(first)
        answers = self._answers(first, self.says)
        # A bug of another shape is no formula to which something could be added.
        shapes = [array.shape for array in right.outputs]
        wrong = [
            bug
            for bug, seen in zip(self.says, answers, strict=True)
            if [array.shape for array in seen.outputs] == shapes and not agree(seen, right)
        ]
        alone = [bug for bug in self._formulas() if bug in wrong]
        found = pairs([q for q, _ in usual], [own for _, own in usual], wrong, self._answers, alone)
        texts = {self.says[pair.bug].text for pair in found}
        names = {pair.relation.name for pair in found}
        if len(texts) != 1:
            return None
        [says], bug, relation = texts, found[0].bug, found[0].relation
        if len(names) == 1:
            return f"{bug}+{relation.name}", f"{says} Besides: {relation.text(*BESIDE)}"
        return f"{bug}+other", f"{says} That is not all that differs."

    def bug_with_another_gradient(self) -> tuple[str, str] | None:
        """The known bugs whose values the function has at typical questions, if they say one and the same."""
        if self._usually or not self._answered:
            return None
        alike = self._formulas()
        texts = self._texts(alike)
        if len(texts) != 1 or self._right_numbers():
            return None
        return (
            f"{alike[0]}+gradient",
            f"{texts.pop()} Besides: your gradient is not that of this mistake alone.",
        )

    def _formulas(self) -> list[str]:
        """The known entries whose values the function has at typical questions; of those alike everywhere the first."""
        usual = self._usual()
        alike = same_values(
            [q for q, _ in usual], [own for _, own in usual], [RIGHT, *self.says], self._answers
        )
        answers = {name: self._answers.of(name, [q.values() for q in self._questions]) for name in alike}
        return [
            name
            for i, name in enumerate(alike)
            if not any(all(map(agree, answers[name], answers[earlier])) for earlier in alike[:i])
        ]

    def _right_numbers(self) -> bool:
        """Whether the values are right at typical questions, be it in single precision: no wrong formula is at work."""
        return all(same(own.outputs, self._right(q).outputs, RTOL_COARSE) for q, own in self._usual())

    def _usual(self) -> list[tuple[Question, Seen]]:
        return list(zip(self._questions, self._own, strict=False))[: self._typical]

    def _cases(self) -> list[Case]:
        """The typical questions with the function's answers and the right ones."""
        return [Case(question, own, self._right(question)) for question, own in self._usual()]

    def _right(self, question: Question) -> Seen:
        return self._answers(question, [RIGHT])[0]

    def _telling(self) -> list[int]:
        """The unusual questions, those first that the function does not answer rightly: they part most bugs."""
        unusual = range(self._typical, len(self._questions))
        right = self._answers.of(RIGHT, [self._questions[i] for i in unusual])
        return sorted(unusual, key=lambda i: agree(self._own[i], right[i - self._typical]))

    def _alike(self, names: Collection[str], which: Iterable[int]) -> list[str]:
        """Those of the known entries that answer these questions as the function does."""
        alike = list(names)
        for i in which:
            if alike:
                answers = self._answers(self._questions[i], alike)
                alike = [n for n, seen in zip(alike, answers, strict=True) if agree(self._own[i], seen)]
        return alike

    def _texts(self, names: Collection[str]) -> set[str]:
        return {self.says[name].text for name in names if name != RIGHT}


def _breaks(bug: str, bank: Sandbox, facts: Sequence[Fact], seed: bytes) -> set[str]:
    """The facts that a known bug breaks, asked as the submission was."""
    outcomes = run_facts(facts, KnownCode(bank, bug, seed), seed)
    return {id for id, outcome in outcomes.items() if outcome.status != "passed"}
