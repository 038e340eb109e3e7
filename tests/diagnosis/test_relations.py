"""What is said of a function that equals no known bug, but stands in one relation to the right formula.

Each wrong function is the model solution's with one change, so what should be said follows from the change; no bug
is known here.
"""

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autograder.assignment import api
from autograder.assignment.diagnosis import FINGERPRINTS
from autograder.diagnosis.relations import number
from autograder.results.model import Hint
from tests.commands.course import SOLVED, with_code
from tests.diagnosis.conftest import Name, knowing

TENSORS = [name for name in FINGERPRINTS.functions if name != "elbo_decomposition"]
"""The functions that return one tensor."""


def changed(function: str, body: str) -> dict[str, bytes]:
    """The model solution with a function that does `body`; `right` is what it was, `a` are its arguments."""
    file = getattr(api, function).module.rpartition(".")[2] + ".py"
    source = f"import torch\nright = {function}\ndef {function}(*a):\n    {body}\n"
    return with_code(file, source, SOLVED)


def told(name: Name, function: str, body: str) -> Hint | None:
    hint: Hint | None = name(function, changed(function, body), knowing(function=function))
    assert hint is None or (hint.mistake is None and not hint.exact)
    return hint


RELATIONS = [
    (
        "kl_normal",
        "return 2 * right(*a)",
        "twice",
        "At every point your values are exactly twice the right ones.",
    ),
    (
        "generator_loss_nonsaturating",
        "return right(*a) / 2",
        "half",
        "At every point your values are exactly half of the right ones.",
    ),
    (
        "discriminator_loss",
        "return -right(*a)",
        "opposite_sign",
        "At every point your values are the right ones with the opposite sign.",
    ),
    (
        "elbo_definition",
        "return right(*a) / math.log(2)",
        "base_2",
        "At every point your values are the right ones divided by log 2, as if the logarithm had base 2.",
    ),
    (
        "bernoulli_log_likelihood",
        "return 784 * right(*a)",
        "factor",
        "At every point your values are 784 times the right ones.",
    ),
    (
        "elbo",
        "return right(*a) / len(a[0])",
        "divided_by_the_size_of_the_batch",
        "At every point your values are the right ones divided by the size of the batch.",
    ),
    (
        "kl_standard_normal",
        "return right(*a) * a[0].shape[-1]",
        "times_the_length_of_the_last_axis",
        "At every point your values are the right ones times the length of the last axis.",
    ),
    (
        "generator_loss_minimax",
        "return right(*a) * len(a[1])",
        "times_the_number_of_logits_fake",
        "At every point your values are the right ones times the number of logits_fake.",
    ),
    (
        "kl_normal",
        "return right(*a) + 0.5",
        "difference",
        "At every point your values are the right ones plus ½.",
    ),
    (
        "discriminator_loss",
        "return right(*a) - math.log(2)",
        "difference",
        "At every point your values are the right ones minus log 2.",
    ),
    (
        "elbo",
        "return right(*a) - a[1].shape[-1] / 2",
        "difference",
        "At every point your values are the right ones minus ½ times the length of the last axis.",
    ),
    (
        "elbo_decomposition",
        "reconstruction, kl = right(*a); return reconstruction, -kl",
        "opposite_sign",
        "At every point only your second result is wrong: its values are the right ones with the opposite sign.",
    ),
    (
        "elbo_decomposition",
        "reconstruction, kl = right(*a); return 3 * reconstruction, kl",
        "factor",
        "At every point only your first result is wrong: its values are 3 times the right ones.",
    ),
    (
        "elbo_decomposition",
        "return right(*a)[::-1]",
        "results_exchanged",
        "Your two results stand in the wrong order.",
    ),
    (
        "kl_standard_normal",
        "return right(*a[::-1])",
        "arguments_exchanged",
        "Your values are the right ones with mu and logvar exchanged.",
    ),
    (
        "kl_normal",
        "return right(*a[2:], *a[:2])",
        "arguments_exchanged",
        "Your values are the right ones with mu1 and sigma1 and mu2 and sigma2 exchanged.",
    ),
    (
        "elbo_decomposition",
        "return right(a[0], a[2], a[1])",
        "arguments_exchanged",
        "Your values are the right ones with log_prior and log_q exchanged.",
    ),
    (
        "kl_normal",
        "return right(*a).sum()",
        "summed_over_all_entries",
        "Your values are the right ones summed over all entries; they are not to be.",
    ),
    (
        "kl_standard_normal",
        "return right(*a).mean(-1, keepdim=True)",
        "averaged_over_last_axis",
        "Your values are the right ones averaged over the last axis; they are not to be.",
    ),
    (
        "elbo",
        "return right(*a).mean()",
        "averaged_over_all_entries",
        "Your values are the right ones averaged over all entries; they are not to be.",
    ),
    (
        "bernoulli_log_likelihood",
        "x, l = a; return x * torch.sigmoid(l).log() + (1 - x) * torch.sigmoid(-l).log()",
        "not_summed",
        "Summed over the last axis, your values are the right ones: this reduction is missing.",
    ),
    (
        "generator_loss_nonsaturating",
        "return -torch.sigmoid(a[0]).log() / 2",
        "not_averaged",
        "Averaged over all axes, your values are the right ones: this reduction is missing.",
    ),
    (
        "elbo",
        "return right(a[0], a[1], a[2].detach())",
        "detached",
        "Your values are the right ones, but no gradient flows to logvar.",
    ),
    (
        "discriminator_loss",
        "return right(*a).detach()",
        "detached",
        "Your values are the right ones, but no gradient flows to logits_real and logits_fake.",
    ),
    (
        "reparameterize",
        "z = right(*a); return z.detach() + 3 * (z - z.detach())",
        "scaled_gradient",
        "Your values are the right ones, but the gradient in mu and logvar is 3 times the right one.",
    ),
    (
        "kl_standard_normal",
        "return right(*a).half()",
        "dtype",
        "Your values are the right ones, but of dtype float16 where the arguments have float64.",
    ),
    (
        "bernoulli_log_likelihood",
        "return right(*(t.half() for t in a)).double()",
        "rounded",
        None,
    ),
    (
        "kl_normal",
        "return right(a[0], a[1] + 1e-4, a[2], a[3])",
        "precision",
        None,
    ),
    (
        "kl_standard_normal",
        "return right(*a).clamp(min=0.5)",
        "bounded",
        "Your values are the right ones, but never below ½: they are cut off there.",
    ),
    (
        "generator_loss_nonsaturating",
        "return right(a[0].detach()) + (a[0].sum() - a[0].sum().detach()) / 7",
        "gradient",
        "Your values are the right ones, but the gradient in logits_fake is another one.",
    ),
    (
        "elbo_definition",
        "return right(*a)[:, None]",
        "shape",
        "Your values are the right ones, but with axes of length 1 too many.",
    ),
    ("kl_normal", "return right(*a).T", "shape", "Your values are the right ones, but transposed."),
    (
        "reparameterize",
        "z = right(*a); a[1].exp_(); return z",
        "in_place",
        None,
    ),
    (
        "kl_normal",
        "v = a[1] ** 2 / a[3] ** 2; z = right(*a); a[1].mul_(2); return z",
        "in_place",
        "Your values are the right ones, but you change sigma1 in place: the caller's tensor, and no gradient can be "
        "taken.",
    ),
    (
        "elbo",
        "return right(*a).mean().expand(len(a[0]))",
        "averaged_over_all_entries_for_everyone",
        "Your values are the right ones averaged over all entries, and then given to every entry; each has its own.",
    ),
    (
        "kl_standard_normal",
        "return right(*a).sum(0, keepdim=True).expand_as(a[0])",
        "summed_over_first_axis_for_everyone",
        "Your values are the right ones summed over the first axis, and then given to every entry; each has its own.",
    ),
    (
        "discriminator_loss",
        "return right(*a) * torch.rand(())",
        "random",
        "Your function draws random numbers: called again with the same arguments it gives other values. "
        "The result is determined by the arguments.",
    ),
]


@pytest.mark.parametrize(
    ("function", "body", "relation", "sentence"), RELATIONS, ids=[f"{r[0]}-{r[1]}" for r in RELATIONS]
)
def test_the_relation_is_said_in_words(
    name: Name, function: str, body: str, relation: str, sentence: str | None
) -> None:
    hint = told(name, function, f"import math; {body}")
    assert hint is not None
    assert hint.bug == f"relation/{relation}"
    if sentence is not None:
        assert hint.text == f"{sentence} See sheet {api.EXERCISE[function]}."


PLACES = [
    (
        "generator_loss_nonsaturating",
        "return -torch.log(torch.sigmoid(a[0])).mean() / 2",
        "extremes",
        "Your function is right at moderate arguments, but from |logits| of about 1000 on (in float32 from 100) "
        "its values are nan or infinite.",
    ),
    (
        "bernoulli_log_likelihood",
        "return right(a[0], a[1].clamp(-25, 25))",
        "extremes",
        "Your function is right at moderate arguments, but from |logits| of about 30 on its values are wrong, "
        "and its gradient is 0 there, as after a clamp.",
    ),
    (
        "elbo",
        "z = right(*a); return z if len(z) > 1 else z.squeeze()",
        "only_usual",
        "Your values are right for typical arguments, but not for a batch of one.",
    ),
    (
        "bernoulli_log_likelihood",
        "return right(*a) if a[0].ndim == 2 else right(*a)[:, None]",
        "only_usual",
        "Your values are right for typical arguments, but not for images of several axes.",
    ),
    (
        "reparameterize",
        "z = right(*a); return z.reshape(len(z), -1)",
        "only_usual",
        "Your values are right for typical arguments, but not for arguments with three axes.",
    ),
    (
        "elbo_definition",
        "return right(a[0], a[1].clamp(min=-4))",
        "only_usual",
        "Your values are right for typical arguments, but not where q(z) = 0, nor where q(z) is small.",
    ),
    (
        "bernoulli_log_likelihood",
        "return right(a[0].clamp(0.04, 0.96), a[1])",
        "only_usual",
        "Your values are right for typical arguments, but not where x is 0 or 1.",
    ),
    (
        "elbo_decomposition",
        "return right(a[0], torch.where(a[1] < -50, a[1].detach(), a[1]), a[2])",
        "only_usual",
        "Your values are right, but your gradient is not where p(z) is tiny.",
    ),
    (
        "elbo_decomposition",
        "p = a[1].exp(); return right(a[0], a[1].detach() + p.log() - (p + p.detach() ** 2 - p ** 2).log(), a[2])",
        "gradient",
        "Your values are the right ones, but the gradient in log_prior is another one.",
    ),
    (
        "elbo",
        "z = right(*a); a[0].requires_grad or a[0].zero_(); return z",
        "in_place",
        "Your values are right, but where no gradients are taken you change log_px_given_z in place: "
        "the caller's tensor.",
    ),
    (
        "kl_standard_normal",
        "n, d = a[0].shape; return right(*a)",
        "only_usual",
        "Your values are right for typical arguments, but not for one-dimensional arguments, nor for arguments with "
        "three axes.",
    ),
    (
        "kl_standard_normal",
        "return right(a[0], 2 * (a[1].exp().sqrt() + 1e-7).log())",
        "extremes",
        "Your function is right at moderate arguments, but from |logvar| of about 30 on its values are wrong.",
    ),
    (
        "kl_standard_normal",
        "return right(*a) if torch.is_grad_enabled() else right(*a) / 2",
        "only_usual",
        "Your values are right for typical arguments, but not where no gradients are taken.",
    ),
    (
        "kl_standard_normal",
        "return right(*a) if a[0].dtype == torch.float64 else 2 * right(*a)",
        "only_usual",
        "Your values are right for typical arguments, but not in float32.",
    ),
]


@pytest.mark.parametrize(
    ("function", "body", "relation", "sentence"), PLACES, ids=[f"{p[0]}-{p[2]}" for p in PLACES]
)
def test_a_function_that_is_right_at_typical_arguments_is_told_where_it_is_not(
    name: Name, function: str, body: str, relation: str, sentence: str
) -> None:
    hint = told(name, function, body)
    assert hint == Hint(bug=f"relation/{relation}", text=f"{sentence} See sheet {api.EXERCISE[function]}.")


def test_right_at_moderate_arguments_is_only_said_if_the_facts_about_values_hold(name: Name) -> None:
    function = "bernoulli_log_likelihood"
    files = changed(function, "return right(a[0], a[1].clamp(-25, 25))")
    for broken, said in (("saturated_pixels_in_float32", True), ("undecided_decoder", False)):
        hint = name(function, files, knowing(function=function), [f"{function}.{broken}"])
        assert (hint is not None) == said


KNOWN_FACTORS = {0.0, 1.0, 2.0, 0.5, -1.0}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.sampled_from(TENSORS), st.floats(-50, 50).filter(lambda c: abs(c) > 0.01 and c not in KNOWN_FACTORS)
)
@example("kl_normal", math.pi)
@example("discriminator_loss", -784.0)
def test_any_other_factor_is_said_with_its_number(name: Name, function: str, c: float) -> None:
    hint = told(name, function, f"return {c!r} * right(*a)")
    assert hint is not None
    if hint.bug == "relation/factor":
        assert f"your values are {number(c)} times the right ones." in hint.text
    else:
        assert any(math.isclose(c, 1 / math.log(base), rel_tol=1e-6) for base in (2, 10))


@pytest.mark.parametrize("function", TENSORS)
def test_the_right_function_stands_in_no_relation(name: Name, function: str) -> None:
    assert told(name, function, "return right(*a)") is None


NO_RELATION = [
    "return right(*a) ** 2",
    "return right(*a) + a[0].sum()",
    "return 2 * right(*a).detach() + right(*a)",
    "return torch.zeros(()) * right(*a)",
    "return right(*a) * torch.nan",
    "return right(*a).item()",
    "return None",
    "return torch.zeros(0)",
    "return torch.zeros(1000, 1000)",
    "return right(*a), right(*a)",
    "raise ValueError('twice')",
]


@pytest.mark.parametrize("body", NO_RELATION)
@pytest.mark.parametrize("function", ["kl_normal", "discriminator_loss"])
def test_what_stands_in_no_relation_is_told_nothing(name: Name, function: str, body: str) -> None:
    hint = told(name, function, body)
    # The sum of one argument is added once per entry: of a scalar loss it is no relation either.
    assert hint is None


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.5, "½"), (-0.5, "−½"), (784.0, "784"), (math.log(2), "log 2"), (-1 / 3, "−⅓"), (1.25e-7, "1.25e−07")],
)
def test_numbers_are_written_as_a_person_writes_them(value: Any, words: str) -> None:
    assert number(value) == words
