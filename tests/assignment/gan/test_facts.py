"""The facts of 9-2: every known bug breaks one, correct code in any form breaks none."""

import pytest
import torch
import torch.nn.functional as F

from autograder.assignment.api import EXERCISE
from autograder.assignment.bugs import bugs_of
from autograder.assignment.bugs import gan as bugs
from autograder.assignment.facts import gan
from autograder.engine.facts import facts_of
from tests.assignment.bank import broken, count_calls
from tests.assignment.gan import equivalents

FACTS = facts_of(gan)
BUGS = bugs_of(bugs)
SOLUTION = {
    "discriminator_loss": equivalents.discriminator_softplus,
    "generator_loss_minimax": equivalents.minimax_own_discriminator,
    "generator_loss_nonsaturating": equivalents.nonsaturating_softplus,
}


def found_broken(name, function, seed=0, **others):
    """The facts about the function `name` that do not hold for it, with their messages."""
    own = [f for f in FACTS if f.about.name == name]
    return broken(own, {**SOLUTION, **others, name: function}, seed)


def kinds(messages):
    return {f.kind for f in FACTS if f.id in messages}


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_every_known_bug_breaks_a_fact_and_always_the_same_ones(bug):
    patterns = [set(found_broken(bug.about.name, bug.run, seed)) for seed in range(4)]
    assert patterns[0]
    assert all(pattern == patterns[0] for pattern in patterns)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_no_bug_costs_every_criterion_of_its_function(bug):
    own = {f.kind for f in FACTS if f.about.name == bug.about.name}
    assert kinds(found_broken(bug.about.name, bug.run)) < own


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_speaks_to_the_student_and_names_the_letter_of_the_sheet(bug):
    assert bug.says.endswith(".")
    assert bug.sheet == EXERCISE[bug.about.name]


@pytest.mark.parametrize(
    ("name", "function"),
    [
        *(("discriminator_loss", f) for f in equivalents.DISCRIMINATOR),
        *(("generator_loss_minimax", f) for f in equivalents.MINIMAX),
        *(("generator_loss_nonsaturating", f) for f in equivalents.NONSATURATING),
    ],
    ids=lambda part: getattr(part, "__name__", ""),
)
def test_correct_code_in_another_form_is_accepted(name, function):
    for seed in range(12):
        assert found_broken(name, function, seed) == {}


@pytest.mark.parametrize("bug", [b for b in BUGS if b.name.endswith("_without_half")], ids=lambda b: b.name)
def test_a_missing_half_costs_values_and_gradients_only(bug):
    assert kinds(found_broken(bug.about.name, bug.run)) == {"value", "gradient"}


@pytest.mark.parametrize(
    "bug",
    [b for b in BUGS if b.name.endswith(("_naive_log", "_epsilon_in_log", "_bce_on_probabilities"))],
    ids=lambda b: b.name,
)
def test_what_breaks_at_extremes_only_costs_stability_only(bug):
    assert kinds(found_broken(bug.about.name, bug.run)) == {"stability"}


def test_a_minimax_loss_without_the_real_term_costs_its_value_only():
    assert kinds(found_broken("generator_loss_minimax", bugs.minimax_without_real_term.run)) == {"value"}


def test_the_gradient_of_the_real_term_is_not_graded():
    assert found_broken("generator_loss_minimax", equivalents.minimax_real_term_detached) == {}


@pytest.mark.parametrize(
    "bug",
    [
        bugs.discriminator_without_half,
        bugs.discriminator_sum_for_mean,
        bugs.discriminator_labels_swapped,
        bugs.discriminator_in_bits,
        bugs.discriminator_naive_log,
        bugs.discriminator_bce_on_probabilities,
    ],
    ids=lambda bug: bug.name,
)
def test_minus_the_students_own_wrong_loss_is_a_right_minimax_loss(bug):
    def minus_own(logits_real, logits_fake):
        return -bug(logits_real, logits_fake)

    assert found_broken("generator_loss_minimax", minus_own, discriminator_loss=bug.run) == {}
    assert "value" in kinds(found_broken("generator_loss_minimax", minus_own)) or bug.name.endswith(
        ("_naive_log", "_bce_on_probabilities")
    )


def test_two_losses_that_ignore_their_inputs_do_not_vouch_for_each_other():
    def nothing(logits_real, logits_fake):
        return 0 * F.softplus(logits_fake).mean()

    messages = found_broken("generator_loss_minimax", nothing, discriminator_loss=nothing)
    assert kinds(messages) == {"value", "gradient", "stability", "shape"}


def test_a_clamp_that_an_absolute_tolerance_would_forgive_breaks_the_saturation():
    messages = found_broken("generator_loss_minimax", bugs.minimax_clamped_logits.run)
    assert "generator_loss_minimax.minimax_saturates" in messages


def test_a_loss_that_is_wrong_in_float32_only_is_found():
    def overflows(logits_real, logits_fake):
        return (torch.log1p(torch.exp(-logits_real / 8)) * 0).mean() + SOLUTION["discriminator_loss"](
            logits_real, logits_fake
        )

    messages = found_broken("discriminator_loss", overflows)
    assert set(messages) == {"discriminator_loss.discriminator_at_extremes_in_float32"}


def test_a_loss_that_changes_its_input_is_told_so():
    def flips(logits_fake):
        return F.softplus(logits_fake.neg_()).mean() / 2

    messages = found_broken("generator_loss_nonsaturating", flips)
    assert messages == {
        "generator_loss_nonsaturating.nonsaturating_batches": (
            "generator_loss_nonsaturating changes its input logits_fake in place"
        )
    }


@pytest.mark.parametrize(
    ("bug", "fact", "message"),
    [
        (bugs.discriminator_naive_log, "discriminator_at_extremes", "the loss is not finite"),
        (
            bugs.discriminator_epsilon_in_log,
            "discriminator_at_extremes",
            "the gradient is 0 or points the wrong way",
        ),
        (
            bugs.nonsaturating_detached,
            "nonsaturating_derivative",
            "gives no gradient with respect to logits_fake",
        ),
        (bugs.nonsaturating_not_reduced, "nonsaturating_batches", "the loss should have shape ()"),
        (bugs.minimax_is_nonsaturating, "minimax_starves_the_generator", "the generator's step"),
    ],
    ids=lambda part: getattr(part, "name", part),
)
def test_messages_say_what_is_wrong(bug, fact, message):
    messages = found_broken(bug.about.name, bug.run)
    assert message in messages[f"{bug.about.name}.{fact}"]


def test_all_facts_together_ask_little():
    assert count_calls(FACTS, SOLUTION, seed=0) <= 40
