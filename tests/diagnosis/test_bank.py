"""Over the whole bank: a bug put into the model solution is named by its own name, and right code by none."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.assignment import api
from autograder.assignment.bank import KnownBug, Text, known_bugs, known_equivalents
from autograder.assignment.diagnosis import FINGERPRINTS
from autograder.assignment.sheet import make_sheet
from autograder.diagnosis.failed import Failed
from autograder.diagnosis.known_code import KnownCode
from autograder.results.model import Hint
from autograder.sandbox import Reply, Request, Sandbox, Zygote
from tests.commands.course import SOLVED, with_code
from tests.diagnosis.conftest import SEED, Name

BUGS = [bug for bug in known_bugs() if bug.function in FINGERPRINTS.functions]
SHARE_NAMED = 0.95
AT_A_TIME = 4


def test_every_function_with_known_bugs_is_probed() -> None:
    assert {bug.function for bug in known_bugs()} - set(FINGERPRINTS.functions) == {"VAE"}
    assert len({(bug.function, bug.name) for bug in known_bugs()}) == len(known_bugs())


class Remembering:
    """A bank that is asked the same question once: all texts are probed with one seed."""

    def __init__(self, bank: Sandbox) -> None:
        self._bank = bank
        self._answers: dict[str, Reply] = {}

    def exchange(self, requests: Sequence[Request]) -> list[Reply]:
        asked = [
            repr((r.op, r.params, {name: a.tobytes() for name, a in r.tensors.items()})) for r in requests
        ]
        new = {q: r for q, r in zip(asked, requests, strict=True) if q not in self._answers}
        self._answers.update(zip(new, self._bank.exchange(list(new.values())), strict=True))
        return [self._answers[question] for question in asked]


def told(texts: Sequence[Text], program: str, zygote: Zygote) -> dict[str, Hint | None]:
    """What each text would be told, if it were handed in; `program` knows the texts. A few at a time: they mostly wait."""

    def some(share: Sequence[Text]) -> dict[str, Hint | None]:
        with (
            zygote.open({}, program=FINGERPRINTS.program) as opened,
            zygote.open({}, program=program) as given,
        ):
            bank = Remembering(opened)
            return {
                text.name: FINGERPRINTS.hint(
                    Failed(text.function), KnownCode(given, text.name, SEED), bank, SEED
                )
                for text in share
            }

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        shares = pool.map(some, [texts[i::AT_A_TIME] for i in range(AT_A_TIME)])
        return {name: hint for share in shares for name, hint in share.items()}


@pytest.fixture(scope="module")
def hints(zygote: Zygote) -> dict[str, Hint | None]:
    return told(BUGS, FINGERPRINTS.program, zygote)


def test_nearly_every_bug_is_told_its_own_sentence(hints: dict[str, Hint | None]) -> None:
    untold = [b.name for b in BUGS if (hint := hints[b.name]) is None or hint.text != sentence(b)]
    assert len(untold) <= (1 - SHARE_NAMED) * len(BUGS), untold


def test_no_bug_is_called_another(hints: dict[str, Hint | None]) -> None:
    """It gets its own sentence, or its misconception, or a relation to the right formula (see test_relations)."""
    falsely = {
        b.name: hint
        for b in BUGS
        if (hint := hints[b.name]) is not None
        and hint.text != sentence(b)
        and hint.bug != f"mistake/{b.mistake}"
        and not hint.bug.startswith("relation/")
    }
    assert falsely == {}


def test_a_hint_names_the_misconception_of_the_bug(hints: dict[str, Hint | None]) -> None:
    of = {bug.name: bug.mistake for bug in BUGS}
    named = [hint for hint in hints.values() if hint is not None]
    assert {hint.bug for hint in named if hint.bug in of and hint.mistake != of[hint.bug]} == set()
    assert {hint.bug for hint in named if hint.bug not in of and hint.mistake} == {
        f"mistake/{hint.mistake}" for hint in named if hint.bug.startswith("mistake/")
    }


def sentence(bug: KnownBug) -> str:
    return f"{bug.says} See sheet {bug.sheet}."


EQUIVALENTS = [known for known in known_equivalents() if known.function in FINGERPRINTS.functions]


def test_right_code_of_another_form_is_told_nothing(zygote: Zygote) -> None:
    """Even if one of its checks had failed."""
    found = told(EQUIVALENTS, "autograder.assignment.equivalents.program", zygote)
    assert {name: hint for name, hint in found.items() if hint is not None} == {}


def test_the_diagnosis_asks_the_very_facts_that_are_graded() -> None:
    """Whether a named bug explains every broken fact is compared fact by fact."""
    graded = [fact for fact in make_sheet({}).facts if fact.about.name in FINGERPRINTS.functions]
    asked = [fact for known in FINGERPRINTS.functions.values() for fact in known.facts]
    assert {fact.id for fact in graded} == {fact.id for fact in asked}


@pytest.mark.parametrize("function", FINGERPRINTS.functions)
def test_the_model_solution_equals_no_known_bug(name: Name, function: str) -> None:
    assert name(function, SOLVED) is None


def bug_named(text: str) -> KnownBug:
    return next(bug for bug in known_bugs() if bug.name == text)


OTHER_WORDS = {
    "kl_normal_missing_half": "return sigma2.log() - sigma1.log() + ((sigma1/sigma2)**2 + ((mu2-mu1)/sigma2)**2) / 2",
    "kl_normal_reversed": (
        "from torch.distributions import Normal, kl_divergence\n"
        "    return kl_divergence(Normal(mu2, sigma2), Normal(mu1, sigma1))"
    ),
    "discriminator_without_half": (
        "real = F.binary_cross_entropy_with_logits(logits_real, torch.ones_like(logits_real))\n"
        "    return real + F.binary_cross_entropy_with_logits(logits_fake, torch.zeros_like(logits_fake))"
    ),
    "minimax_one_minus": (
        "real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)\n"
        "    return 1 + 0.5 * real.log().mean() + 0.5 * (1 - fake).log().mean()"
    ),
    "nonsaturating_without_half": "return -torch.log(torch.sigmoid(logits_fake)).mean()",
}


@pytest.mark.parametrize("bug", OTHER_WORDS)
def test_the_same_mistake_in_other_words_is_named(name: Name, bug: str) -> None:
    """Also where it comes with numerics that the bank's form of the mistake does not have."""
    known = bug_named(bug)
    function = getattr(api, known.function)
    source = f"def {function.name}({', '.join(function.arguments)}):\n    {OTHER_WORDS[bug]}\n"
    head = "import torch\nimport torch.nn.functional as F\n\n"
    hint = name(function.name, with_code(function.module.rpartition(".")[2] + ".py", head + source, SOLVED))
    assert hint is not None
    assert hint.bug == bug


@pytest.mark.parametrize(
    "formula",
    [
        "-torch.log(torch.sigmoid(logits_fake).clamp(min=1.7e-3))",
        "-torch.log(torch.sigmoid(logits_fake.clamp(-17.3, 1e6)))",
        "-torch.log(torch.sigmoid(logits_fake)).nan_to_num(posinf=33.0)",
    ],
)
def test_numerics_that_break_in_a_way_of_their_own_are_not_called_by_another_name(
    name: Name, formula: str
) -> None:
    """Right at moderate logits, and at extreme ones neither right nor any of the bank's."""
    source = f"import torch\ndef generator_loss_nonsaturating(logits_fake):\n    return {formula}.mean() / 2"
    hint = name("generator_loss_nonsaturating", with_code("gan.py", source, SOLVED))
    assert hint is not None
    assert hint.bug == "relation/extremes"
    assert "Your function is right at moderate arguments, but from |logits| of about " in hint.text
