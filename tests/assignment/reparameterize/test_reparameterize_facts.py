"""The facts of 9-1 (e), reparameterisation: every known bug breaks one, however else the noise is drawn none."""

import re

import pytest
import torch

from autograder.assignment.bugs import bugs_of
from autograder.assignment.bugs import reparameterize as bugs
from autograder.assignment.equivalents import equivalents_of
from autograder.assignment.equivalents import reparameterize as equivalents
from autograder.assignment.facts import reparameterize as facts
from autograder.engine.facts import facts_of
from tests.assignment.bank import NEVER_RIGHT, STRANGE, broken, count_calls, kinds_broken, model_solution

FACTS = facts_of(facts)
BUGS = bugs_of(bugs)


def found_broken(function, seed=0):
    """The facts that a function breaks, by their names, with their messages."""
    messages = broken(FACTS, {"reparameterize": function}, seed)
    return {name.rpartition(".")[2]: message for name, message in messages.items()}


def kinds(function):
    return kinds_broken(FACTS, {"reparameterize": function}, 0)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_known_bug_breaks_facts_and_the_same_ones_with_any_seed(bug):
    patterns = [set(found_broken(bug, seed)) for seed in range(2)]
    assert patterns[0]
    assert patterns[0] == patterns[1]


@pytest.mark.parametrize("right", equivalents_of(equivalents), ids=lambda right: right.name)
def test_the_noise_may_be_drawn_in_any_way(right):
    for seed in range(3):
        assert found_broken(right, seed) == {}


def test_the_model_solution_satisfies_every_fact():
    with model_solution("vae") as functions:
        for seed in range(5):
            assert broken(FACTS, functions, seed) == {}


@pytest.mark.parametrize(
    ("bug", "fact"),
    [
        (bugs.reparameterize_scaled_uniform_noise, "noise_is_standard_normal"),
        (bugs.reparameterize_scaled_laplace_noise, "noise_is_standard_normal"),
        (bugs.reparameterize_noise_clipped, "noise_is_standard_normal"),
        (bugs.reparameterize_truncated_noise, "noise_is_standard_normal"),
        (bugs.reparameterize_noise_added_twice, "noise_is_standard_normal"),
        (bugs.reparameterize_noise_shared_by_row, "noise_is_fresh"),
        (bugs.reparameterize_fixed_seed, "noise_is_fresh"),
        (bugs.reparameterize_noise_kept, "noise_is_fresh"),
        (bugs.reparameterize_mu_detached, "reparameterize_derivatives"),
        (bugs.reparameterize_clamped_logvar, "extreme_variances"),
        (bugs.reparameterize_clamped_logvar_below, "extreme_variances"),
        (bugs.reparameterize_epsilon_on_sigma, "extreme_variances"),
        (bugs.reparameterize_clamped_sample, "extreme_variances"),
        (bugs.reparameterize_squeezed, "sample_has_the_shape_of_mu"),
        (bugs.reparameterize_extra_axis, "sample_has_the_shape_of_mu"),
        (bugs.reparameterize_matrices_only, "sample_has_the_shape_of_mu"),
        (bugs.reparameterize_mu_in_place, "sample_has_the_shape_of_mu"),
    ],
    ids=lambda part: getattr(part, "name", part),
)
def test_one_slip_breaks_the_one_fact_that_is_about_it(bug, fact):
    assert set(found_broken(bug)) == {fact}


@pytest.mark.parametrize(
    ("bug", "expected"),
    [
        (bugs.reparameterize_variance_for_sigma, {"value", "gradient"}),
        (bugs.reparameterize_logvar_detached, {"gradient", "stability"}),
        (bugs.reparameterize_draws_without_gradient, {"gradient", "stability"}),
        (bugs.reparameterize_without_noise, {"value", "gradient", "stability"}),
        (bugs.reparameterize_sigma_without_noise, {"value"}),
    ],
    ids=lambda part: getattr(part, "name", ""),
)
def test_a_slip_costs_the_criteria_that_it_concerns_and_no_others(bug, expected):
    assert kinds(bug) == expected


@pytest.mark.parametrize(
    ("bug", "fact", "message"),
    [
        (
            bugs.reparameterize_without_return,
            "noise_is_fresh",
            "reparameterize returned None: is a `return` missing?",
        ),
        (
            bugs.reparameterize_returns_the_distribution,
            "noise_is_fresh",
            "reparameterize should return a torch.Tensor, got Normal",
        ),
        (
            bugs.reparameterize_returns_the_noise_too,
            "noise_is_fresh",
            "reparameterize should return one tensor, got a tuple of 2",
        ),
        (bugs.reparameterize_summed, "noise_is_fresh", "z should have shape (200, 20), got (200,)"),
        (
            bugs.reparameterize_extra_axis,
            "sample_has_the_shape_of_mu",
            "z should have shape (1, 1), got (1, 1, 1)",
        ),
        (
            bugs.reparameterize_without_noise,
            "noise_is_fresh",
            "all elements of z are the same number",
        ),
        (bugs.reparameterize_logvar_as_variance, "reparameterize_derivatives", "z is not finite: "),
        (
            bugs.reparameterize_uniform_noise,
            "noise_is_standard_normal",
            "(z − μ)/σ is never negative: the noise is not normal",
        ),
        (
            bugs.reparameterize_noise_clipped,
            "noise_is_standard_normal",
            "none of 45000 (z − μ)/σ is beyond ±3.5, where about 21 should be",
        ),
        (
            bugs.reparameterize_noise_shared_by_batch,
            "noise_is_fresh",
            "two rows of a batch share their noise: its correlation is ",
        ),
        (
            bugs.reparameterize_noise_kept,
            "noise_is_fresh",
            "two calls share their noise: its correlation is ",
        ),
        (
            bugs.reparameterize_epsilon_on_sigma,
            "extreme_variances",
            "at mu = 0 and logvar = −60 z should vanish with σ = e⁻³⁰, got ",
        ),
        (
            bugs.reparameterize_clamped_sample,
            "extreme_variances",
            "at logvar = 30 the spread of z is ",
        ),
        (
            bugs.reparameterize_mu_in_place,
            "sample_has_the_shape_of_mu",
            "the call changes its arguments in place: mu",
        ),
        (
            bugs.reparameterize_draws_without_gradient,
            "reparameterize_derivatives",
            "reparameterize gives no gradient with respect to mu (detached, ",
        ),
        (
            bugs.reparameterize_power_of_two,
            "reparameterize_derivatives",
            "∂Σcz/∂logvar differs in 900 of 900 entries",
        ),
    ],
    ids=lambda part: getattr(part, "name", ""),
)
def test_a_message_says_in_a_sentence_what_is_wrong(bug, fact, message):
    assert found_broken(bug)[fact].startswith(message)


@pytest.mark.parametrize("strange", STRANGE, ids=lambda function: function.__name__)
@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_no_fact_stumbles_over_a_strange_reply_or_accepts_a_senseless_one(fact, strange):
    found = broken([fact], {"reparameterize": strange}, seed=0)
    assert found or strange not in NEVER_RIGHT


NODES = torch.tensor([-3.324, -1.889, -0.617, 0.617, 1.889, 3.324], dtype=torch.float64)
WEIGHTS = torch.tensor([0.0026, 0.0886, 0.4088, 0.4088, 0.0886, 0.0026], dtype=torch.float64)


def of_six_numbers(mu, logvar):
    """Gauss and Hermite's nodes have the moments of N(0, 1) up to the eleventh."""
    drawn = torch.multinomial(WEIGHTS, mu.numel(), replacement=True).view(mu.shape)
    return mu + (logvar / 2).exp() * NODES[drawn].to(mu.dtype)


def of_a_skewed_mixture(mu, logvar):
    """Mean 0 and variance 1, skewness 0.65."""
    peak = torch.where(torch.rand_like(mu) < 0.2, 1.4, -0.35)
    return mu + (logvar / 2).exp() * (peak + 0.51**0.5 * torch.randn_like(mu))


@pytest.mark.parametrize("noise", [of_six_numbers, of_a_skewed_mixture])
def test_noise_with_a_few_moments_of_the_normal_is_not_normal(noise):
    for seed in range(3):
        assert "noise_is_standard_normal" in found_broken(noise, seed)


class Kept:
    """Noise that is drawn once for every shape, and changed by `again` in every further call."""

    def __init__(self, again):
        self.again, self.drawn = again, {}

    def __call__(self, mu, logvar):
        kept = self.drawn.setdefault(mu.shape, torch.randn_like(mu))
        self.drawn[mu.shape] = self.again(kept)
        return mu + (logvar / 2).exp() * kept


def turned(noise):
    """Its rows mixed by a reflection, I − 2vvᵀ, which keeps all lengths."""
    v = torch.nn.functional.normalize(torch.randn(len(noise), 1, dtype=noise.dtype), dim=0)
    return noise - 2 * v @ (v.T @ noise) if noise.ndim == 2 else noise


def rolled_rows(mu, logvar):
    row = torch.randn_like(mu.flatten(0, -2)[:1] if mu.ndim > 1 else mu)
    rows = [row.flatten().roll(int(k)) for k in torch.randint(0, row.numel(), (mu.numel() // row.numel(),))]
    signs = torch.randint(0, 2, mu.shape).to(mu.dtype) * 2 - 1
    return mu + (logvar / 2).exp() * torch.stack(rows).view(mu.shape) * signs


def of_a_few_rows(mu, logvar):
    rows = torch.randn(20, mu.shape[-1], dtype=mu.dtype)
    weights = torch.randn(mu.numel() // mu.shape[-1], 20, dtype=mu.dtype)
    noise = torch.nn.functional.normalize(weights, dim=1) @ rows
    return mu + (logvar / 2).exp() * noise.view(mu.shape)


def of_a_few_columns(mu, logvar):
    columns = torch.randn(mu.numel() // mu.shape[-1], mu.shape[-1] // 2 + 1, dtype=mu.dtype)
    weights = torch.randn(columns.shape[1], mu.shape[-1], dtype=mu.dtype)
    noise = columns @ torch.nn.functional.normalize(weights, dim=0)
    return mu + (logvar / 2).exp() * noise.view(mu.shape)


MADE_OF_OTHERS = (
    "the same sum of all ε²|is made of fewer: some are mixtures of others|have the sum of ε² of another one"
    r"|share their (noise|\|ε\|): its correlation|are different: axes of mu share them"
)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Kept(turned),
        lambda: Kept(lambda e: turned(e.T).T),
        lambda: Kept(lambda e: e.flatten()[torch.randperm(e.numel())].view(e.shape)),
        lambda: Kept(lambda e: e * (torch.rand_like(e) - 0.5).sign()),
        lambda: rolled_rows,
        lambda: of_a_few_rows,
        lambda: of_a_few_columns,
    ],
    ids=[
        "rows turned",
        "columns turned",
        "in another order",
        "mirrored",
        "rolled",
        "few rows",
        "few columns",
    ],
)
def test_noise_that_is_made_of_other_noise_is_not_fresh(make):
    for seed in range(3):
        assert re.search(MADE_OF_OTHERS, found_broken(make(), seed)["noise_is_fresh"])


def test_a_wrong_value_is_told_before_a_missing_gradient():
    found = found_broken(lambda mu, logvar: (mu + torch.randn_like(mu)).detach())
    assert found["extreme_variances"].startswith("z at logvar = −60 differs in ")


def test_all_facts_together_ask_little():
    calls = count_calls(FACTS, {"reparameterize": lambda mu, logvar: mu + torch.exp(logvar / 2)}, seed=0)
    assert calls <= 18
