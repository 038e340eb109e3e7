"""Over the whole bank: a bug put into the model solution is named by its own name, and right code by none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.assignment import api
from autograder.assignment.bank import KnownBug, known_bugs
from autograder.assignment.diagnosis import FINGERPRINTS
from autograder.assignment.sample import with_text
from tests.assignment.divergence.equivalents import EQUIVALENTS as DIVERGENCE
from tests.assignment.elbo.equivalents import EQUIVALENTS as ELBO
from tests.assignment.gan import equivalents as gan
from tests.assignment.vae import equivalents as vae
from tests.commands.course import SOLVED, with_code
from tests.diagnosis.conftest import Name

BUGS = [bug for bug in known_bugs() if bug.function in FINGERPRINTS.functions]
SHARE_NAMED = 0.95


def test_every_function_with_known_bugs_is_probed() -> None:
    assert {bug.function for bug in known_bugs()} - set(FINGERPRINTS.functions) == {"VAE"}
    assert len({(bug.function, bug.name) for bug in known_bugs()}) == len(known_bugs())


def test_a_bug_in_the_model_solution_is_named_and_never_called_another(name: Name) -> None:
    hints = {bug.name: name(bug.function, with_text(SOLVED, bug)) for bug in BUGS}
    told = {bug.name: f"{bug.says} See sheet {bug.sheet}." for bug in BUGS}
    falsely = {planted: hint for planted, hint in hints.items() if hint and hint.text != told[planted]}
    assert falsely == {}
    unnamed = [planted for planted, hint in hints.items() if hint is None]
    assert len(BUGS) - len(unnamed) >= SHARE_NAMED * len(BUGS), unnamed


EQUIVALENTS: list[tuple[str, Callable[..., Any]]] = [
    *((function, form) for bank in (DIVERGENCE, ELBO) for function, forms in bank.items() for form in forms),
    *(("discriminator_loss", form) for form in gan.DISCRIMINATOR),
    *(("generator_loss_minimax", form) for form in gan.MINIMAX),
    *(("generator_loss_nonsaturating", form) for form in gan.NONSATURATING),
    *(("reparameterize", form) for form in vae.REPARAMETERIZE),
]


@pytest.mark.parametrize(
    ("function", "form"), EQUIVALENTS, ids=[f"{function}-{form.__name__}" for function, form in EQUIVALENTS]
)
def test_right_code_of_another_form_equals_no_known_bug(
    name: Name, function: str, form: Callable[..., Any]
) -> None:
    """Even if one of its checks had failed: the model solution and its equivalents get no hint."""
    source = Path(form.__code__.co_filename).read_text("utf-8")
    file = getattr(api, function).module.rpartition(".")[2] + ".py"
    assert name(function, with_code(file, f"{source}\n{function} = {form.__name__}\n", SOLVED)) is None


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
        "torch.log(1 + torch.exp(-logits_fake))",
        "-torch.log(torch.exp(logits_fake) / (1 + torch.exp(logits_fake)))",
        "-torch.log(torch.sigmoid(logits_fake).clamp(min=1e-3))",
    ],
)
def test_numerics_that_break_in_a_way_of_their_own_are_not_called_by_another_name(
    name: Name, formula: str
) -> None:
    """Right at moderate logits, and at extreme ones neither right nor any of the bank's."""
    source = f"import torch\ndef generator_loss_nonsaturating(logits_fake):\n    return {formula}.mean() / 2"
    assert name("generator_loss_nonsaturating", with_code("gan.py", source, SOLVED)) is None
