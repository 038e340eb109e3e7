"""The answers about the worked VAE against torch.distributions and data that have the stated moments."""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch.distributions import Independent, Normal, kl_divergence

from autograder.assignment.facts import predictions
from autograder.engine.facts import facts_of
from tests.assignment.bank import broken

FACTS = facts_of(predictions)
SOURCE = Path(__file__).parents[3] / "source/generative-models/generative/predictions.py"


def worked_likelihood(mean):
    return Independent(Normal(mean, 0.2), 1)


@pytest.fixture
def answers():
    """The four numbers by another way: distributions of torch, and four points of mean 0 and variance 1."""
    sigma = F.softplus(torch.zeros(2))
    kl = kl_divergence(Normal(torch.tensor([1.0, 0.0]), sigma), Normal(0.0, 2.0)).sum()
    rho = torch.expm1(torch.tensor(2.0)).log()  # the inverse of softplus, at the prior's σ
    hit = worked_likelihood(torch.ones(2)).log_prob(torch.ones(2))
    points = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    collapsed = -worked_likelihood(torch.zeros(2)).log_prob(points).mean()
    return {
        "KL_OF_ONE_POINT": kl.item(),
        "RHO_OF_UNUSED_COMPONENT": rho.item(),
        "LOG_LIKELIHOOD_OF_A_HIT": hit.item(),
        "LOSS_AFTER_COLLAPSE": collapsed.item(),
    }


def test_the_right_answers_are_accepted(answers):
    assert broken(FACTS, answers, seed=0) == {}


def test_three_significant_digits_are_enough(answers):
    assert broken(FACTS, {name: float(f"{value:.3g}") for name, value in answers.items()}, seed=0) == {}


def test_the_answers_of_the_source_are_accepted():
    given = {}
    exec(SOURCE.read_text(encoding="utf-8"), given)
    assert broken(FACTS, {k: v for k, v in given.items() if k.isupper()}, seed=0) == {}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_each_answer_has_a_fact_of_its_own(answers, fact):
    constant = fact.name.upper()
    assert set(broken(FACTS, {**answers, constant: answers[constant] * 1.02}, seed=0)) == {fact.id}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "KL_OF_ONE_POINT is not answered yet (it is None): exercise 9-1 (e)"),
        ("0.71", "KL_OF_ONE_POINT should be a number, got '0.71'"),
        (True, "KL_OF_ONE_POINT should be a number, got True"),
        ("x" * 10**6, f"KL_OF_ONE_POINT should be a number, got '{'x' * 199}"),
        (
            torch.tensor(0.71),
            "KL_OF_ONE_POINT should be a number, got Tensor: write the number itself, such as 0.5",
        ),
        (
            2**100,
            "KL_OF_ONE_POINT should be a number, got int of 101 bits: write the number itself, such as 0.5",
        ),
        (float("nan"), "KL_OF_ONE_POINT is not finite"),
    ],
)
def test_what_is_no_number_is_told_so(answers, value, message):
    found = broken(FACTS, {**answers, "KL_OF_ONE_POINT": value}, seed=0)
    assert found["predictions.kl_of_one_point"].startswith(message)
    assert len(found["predictions.kl_of_one_point"]) < 300


def test_a_constant_that_was_deleted_is_missing(answers):
    del answers["LOSS_AFTER_COLLAPSE"]
    found = broken(FACTS, answers, seed=0)
    assert found == {"predictions.loss_after_collapse": "LOSS_AFTER_COLLAPSE is missing from predictions.py"}


def test_who_takes_the_prior_for_a_standard_normal_has_not_read_the_model(answers):
    sigma = F.softplus(torch.zeros(2))
    kl = kl_divergence(Normal(torch.tensor([1.0, 0.0]), sigma), Normal(0.0, 1.0)).sum().item()
    unread = {"KL_OF_ONE_POINT": kl, "RHO_OF_UNUSED_COMPONENT": torch.expm1(torch.ones(())).log().item()}
    assert set(broken(FACTS, {**answers, **unread}, seed=0)) == {
        "predictions.kl_of_one_point",
        "predictions.rho_of_unused_component",
    }


def test_a_title_does_not_give_the_answer_away(answers):
    for fact in FACTS:
        assert f"{answers[fact.name.upper()]:.2f}" not in fact.title
