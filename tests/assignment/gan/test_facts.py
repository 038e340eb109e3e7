"""The facts of 9-2: every known bug breaks one, correct code in any form breaks none."""

from contextlib import suppress
from functools import cache
from itertools import combinations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from autograder.assignment.api import EXERCISE
from autograder.assignment.bugs import bugs_of
from autograder.assignment.bugs import gan as bugs
from autograder.assignment.equivalents import equivalents_of
from autograder.assignment.equivalents import gan as equivalents
from autograder.assignment.facts import gan
from autograder.assignment.reference import gan as reference
from autograder.engine.calls import Answer
from autograder.engine.draw import Draw
from autograder.engine.facts import Broken, facts_of
from autograder.sandbox import Reply
from tests.assignment.bank import NEVER_RIGHT, STRANGE, broken, count_calls

FACTS = facts_of(gan)
BUGS = bugs_of(bugs)
EQUIVALENTS = equivalents_of(equivalents)
LOSSES = ("discriminator_loss", "generator_loss_minimax", "generator_loss_nonsaturating")
SOLUTION = {
    "discriminator_loss": equivalents.discriminator_softplus.run,
    "generator_loss_minimax": equivalents.minimax_softplus.run,
    "generator_loss_nonsaturating": equivalents.nonsaturating_softplus.run,
}
ALL_KINDS = {"value", "gradient", "stability", "shape"}


def found_broken(name, function, seed=0, **others):
    """The facts about the function `name` that do not hold for it, with their messages."""
    own = [f for f in FACTS if f.about.name == name]
    return broken(own, {**SOLUTION, **others, name: function}, seed)


def kinds(messages):
    return {f.kind for f in FACTS if f.id in messages}


@cache
def kinds_of(bug, seed=0):
    return kinds(found_broken(bug.about.name, bug.run, seed))


def name_of(entry):
    return getattr(entry, "name", None) or getattr(entry, "__name__", None)


# -------------------------------------------------------------------------------------------- the known bugs


@pytest.mark.parametrize("bug", BUGS, ids=name_of)
def test_every_known_bug_breaks_a_fact_and_always_one_of_the_same_kinds(bug):
    patterns = [kinds_of(bug, seed) for seed in range(2)]
    assert patterns[0]
    assert "noisy" in bug.name or patterns[1] == patterns[0]


def test_no_bug_that_returns_a_tensor_costs_every_criterion():
    def returns_a_tensor(bug):
        with suppress(ValueError):  # labels of a shape that does not fit
            return isinstance(bug(*torch.zeros(len(bug.about.arguments), 3)), torch.Tensor)
        return False

    assert {b.name for b in BUGS if kinds_of(b) == ALL_KINDS} == {
        b.name for b in BUGS if not returns_a_tensor(b)
    }


def test_a_bug_speaks_to_the_student_and_names_the_letter_of_the_sheet():
    assert [bug.name for bug in BUGS if not bug.says.endswith(".")] == []
    assert [bug.name for bug in BUGS if bug.sheet != EXERCISE[bug.about.name]] == []


def points():
    """Batches at which two bugs should part: moderate, unequal, columns, single, and extreme on one side."""
    drawn = np.random.default_rng(9)
    yield drawn.uniform(-2, 2, 4), drawn.uniform(-2, 2, 4)
    yield drawn.uniform(0.2, 0.8, 3), drawn.uniform(0.2, 0.8, 6)
    yield drawn.uniform(0.2, 0.8, (3, 1)), drawn.uniform(0.2, 0.8, (3, 1))
    yield drawn.uniform(0.2, 0.8, 1), drawn.uniform(0.2, 0.8, 1)
    for size in (15, 40, 80, 1000):
        for sign in (-1, 1):
            # One side alone: an infinite term would hide the other.
            yield sign * drawn.uniform(size / 2, size, 2), drawn.uniform(0.2, 0.8, 2)
            yield drawn.uniform(0.2, 0.8, 2), sign * drawn.uniform(size / 2, size, 2)


POINTS = tuple(points())


def answer_at(bug, point):
    """What a bug gives: dtype, shape, what it changed, which gradients flow, all numbers; or the type of what came else."""
    leaves = [torch.tensor(a, requires_grad=True) for a in point][-len(bug.about.arguments) :]
    given = [leaf.clone() for leaf in leaves]
    torch.manual_seed(0)
    try:
        loss = bug(*given)
    except Exception as error:
        return type(error), None
    if not isinstance(loss, torch.Tensor):
        return type(loss), None
    if loss.requires_grad:
        loss.sum().backward()
    flows = [leaf.grad is not None for leaf in leaves]
    changed = [not torch.equal(a, leaf) for a, leaf in zip(given, leaves, strict=True)]
    numbers = [loss.detach(), *(leaf.grad for leaf in leaves if leaf.grad is not None)]
    flat = torch.cat([n.double().flatten() for n in numbers]).numpy()
    return (loss.dtype, loss.shape, changed, flows), flat


def alike(one, other):
    (form, numbers), (other_form, others) = one, other
    if form != other_form or numbers is None:
        return form == other_form
    return np.allclose(numbers, others, rtol=1e-6, atol=1e-14, equal_nan=True)


@pytest.mark.parametrize("loss", LOSSES)
def test_no_two_bugs_of_a_loss_are_the_same_bug(loss):
    found = {bug.name: [answer_at(bug, p) for p in POINTS] for bug in BUGS if bug.about.name == loss}
    twins = [
        (one, other) for one, other in combinations(found, 2) if all(map(alike, found[one], found[other]))
    ]
    assert twins == []


# ------------------------------------------------------------------------------- one slip costs one criterion


def bugs_with(*mistakes, but=()):
    return [bug for bug in BUGS if bug.mistake in mistakes and bug.name not in but]


@pytest.mark.parametrize("bug", bugs_with("missing_half", "negated", "log_base", "sum_for_mean"), ids=name_of)
def test_a_factor_or_a_sign_costs_values_and_gradients_only(bug):
    assert kinds_of(bug) == {"value", "gradient"}


NOT_AT_EXTREMES_ONLY = (
    "discriminator_large_epsilon_in_log",
    "minimax_large_epsilon_in_log",
    "nonsaturating_large_epsilon_in_log",
    # Clamps within −20 ≤ logit ≤ 0, where the vanishing gradient is what the exercise is about.
    "minimax_clamped_logits",
    "minimax_clamped_probabilities",
)


@pytest.mark.parametrize(
    "bug",
    [
        *bugs_with("naive_log", "exp_overflow", "epsilon_in_log", "clamped", but=NOT_AT_EXTREMES_ONLY),
        *(bug for bug in BUGS if bug.name.endswith("_straight_line_too_soon")),
    ],
    ids=name_of,
)
def test_what_breaks_at_extremes_only_costs_stability_only(bug):
    assert all(kinds_of(bug, seed) == {"stability"} for seed in range(2))


@pytest.mark.parametrize(
    "bug",
    [
        *bugs_with(
            "joint_mean",
            "equal_batches",
            "squeezed",
            "kept_axis",
            "in_place",
            but=["discriminator_joint_mean_and_half", "discriminator_fake_negated_in_place"],
        ),
        *(bug for bug in BUGS if bug.name.endswith(("_over_first_axis", "_flat_targets"))),
    ],
    ids=name_of,
)
def test_what_goes_wrong_with_shapes_and_sizes_costs_the_shape_only(bug):
    assert all(kinds_of(bug, seed) == {"shape"} for seed in range(2))


@pytest.mark.parametrize("bug", bugs_with("labels_swapped", "half_precision", "another_gan"), ids=name_of)
def test_what_is_no_matter_of_batches_leaves_the_shape_its_points(bug):
    assert all("shape" not in kinds_of(bug, seed) for seed in range(2))


@pytest.mark.parametrize("bug", bugs_with("detached"), ids=name_of)
def test_a_right_value_without_a_gradient_keeps_the_points_of_the_value(bug):
    assert kinds_of(bug) == {"gradient", "stability"}


def test_a_minimax_loss_without_the_real_term_costs_its_value_only():
    assert kinds_of(bugs.minimax_without_real_term) == {"value"}


def test_an_epsilon_in_the_real_term_of_the_minimax_loss_shows_in_its_value_at_extreme_real_logits():
    messages = found_broken("generator_loss_minimax", bugs.minimax_epsilon_in_log_of_real.run)
    assert set(messages) == {"generator_loss_minimax.minimax_follows_the_real_logits"}


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


# -------------------------------------------------------------------------------------------- right forms


@pytest.mark.parametrize("form", EQUIVALENTS, ids=name_of)
def test_correct_code_in_another_form_is_accepted(form):
    for seed in range(3):
        assert found_broken(form.about.name, form.run, seed) == {}


def test_every_form_says_in_what_it_differs():
    assert [form.name for form in EQUIVALENTS if not (form.run.__doc__ or "").endswith(".")] == []


def test_the_gradient_of_the_real_term_of_the_minimax_loss_is_not_graded():
    def against_the_real_images(logits_real, logits_fake):
        reversed_gradient = 2 * logits_real.detach() - logits_real
        return SOLUTION["generator_loss_minimax"](reversed_gradient, logits_fake)

    assert found_broken("generator_loss_minimax", against_the_real_images) == {}


# -------------------------------------------------------------------------------------- error carried forward


@pytest.mark.parametrize(
    "bug",
    [
        bugs.discriminator_without_half,
        bugs.discriminator_sum_for_mean,
        bugs.discriminator_labels_swapped,
        bugs.discriminator_both_labels_smoothed,
        bugs.discriminator_in_bits,
        bugs.discriminator_hinge,
        bugs.discriminator_log_of_mean,
        bugs.discriminator_without_sigmoid,
        bugs.discriminator_naive_log,
        bugs.discriminator_epsilon_in_log,
        bugs.discriminator_bce_on_probabilities,
    ],
    ids=name_of,
)
def test_minus_the_students_own_wrong_loss_is_a_right_minimax_loss(bug):
    def minus_own(logits_real, logits_fake):
        return -bug(logits_real, logits_fake)

    assert found_broken("generator_loss_minimax", minus_own, discriminator_loss=bug.run) == {}
    assert kinds(found_broken("generator_loss_minimax", minus_own)) & (kinds_of(bug) | {"stability"})


@pytest.mark.parametrize(
    "bug",
    [bugs.discriminator_joint_mean, bugs.discriminator_one_entry, bugs.discriminator_in_place],
    ids=name_of,
)
def test_so_is_one_whose_fault_is_the_batches(bug):
    def minus_own(logits_real, logits_fake):
        return -bug(logits_real, logits_fake)

    assert found_broken("generator_loss_minimax", minus_own, discriminator_loss=bug.run) == {}
    assert kinds(found_broken("generator_loss_minimax", minus_own)) == {"shape"}


def returned(factor_of_own, factor_of_loss):
    """What the fact of the formula returns when own J_D and J_G are the right ones times these factors."""

    def reply(call):
        real, fake = call.tensors["logits_real"], call.tensors["logits_fake"]
        factor = factor_of_own if call.label == "discriminator_loss" else factor_of_loss
        value = np.asarray(factor * reference.discriminator_loss(real, fake))
        gradient = factor * reference.discriminator_gradients(real, fake)[1]
        outputs = [{"kind": "tensor", "type": "Tensor", "dtype": "float64", "shape": []}]
        values = {"container": "single", "outputs": outputs, "changed": [], "grads": {"logits_fake": "ok"}}
        values |= {"gradients": True, "default_dtype": "float32"}
        return Reply(values, {"out.0": value, "grad.logits_fake": gradient})

    steps = gan.minimax_formula.run(Draw(b"0", "inputs"))
    calls = next(steps)
    while True:
        try:
            calls = steps.send(tuple(Answer(call, reply(call)) for call in calls))
        except StopIteration as stopped:
            return stopped.value


def test_a_fault_that_is_carried_forward_is_named_by_its_function():
    assert returned(factor_of_own=2, factor_of_loss=-2).root == "discriminator_loss"


def test_where_nothing_is_carried_forward_nothing_is_named():
    assert returned(factor_of_own=1, factor_of_loss=-1) is None
    assert returned(factor_of_own=2, factor_of_loss=-1) is None


def test_a_fault_of_its_own_is_not_excused():
    with pytest.raises(Broken, match="the loss differs"):
        returned(factor_of_own=1, factor_of_loss=-2)


def test_two_losses_that_ignore_their_inputs_do_not_vouch_for_each_other():
    def nothing(logits_real, logits_fake):
        return 0 * F.softplus(logits_fake).mean()

    messages = found_broken("generator_loss_minimax", nothing, discriminator_loss=nothing)
    assert kinds(messages) == ALL_KINDS


# -------------------------------------------------------------------------------------------- messages


@pytest.mark.parametrize("reply", NEVER_RIGHT, ids=name_of)
def test_a_reply_that_is_never_right_fails_every_kind(reply):
    assert all(kinds(found_broken(loss, reply)) == ALL_KINDS for loss in LOSSES)


@pytest.mark.parametrize("reply", STRANGE, ids=name_of)
def test_every_strange_reply_is_told_in_a_sentence(reply):
    assert all(message for loss in LOSSES for message in found_broken(loss, reply).values())


def test_a_loss_that_changes_its_input_is_told_so():
    assert found_broken("generator_loss_nonsaturating", bugs.nonsaturating_in_place.run) == {
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
            "the gradient in logits_real is 0 at logits of −1000 and 1000",
        ),
        (
            bugs.discriminator_straight_line_too_soon,
            "discriminator_at_extremes",
            "the gradient in logits_real fades or grows at large logits",
        ),
        (
            bugs.discriminator_joint_mean,
            "discriminator_sizes",
            "with every real image twice in its batch the loss changes from",
        ),
        (
            bugs.discriminator_mean_over_first_axis,
            "discriminator_batches",
            "the loss should have shape (), got (1,)",
        ),
        (
            bugs.discriminator_python_number,
            "discriminator_formula",
            "should return a torch.Tensor, got float",
        ),
        (
            bugs.discriminator_pair_of_terms,
            "discriminator_formula",
            "should return one tensor, got a tuple of 2",
        ),
        (
            bugs.nonsaturating_detached,
            "nonsaturating_derivative",
            "gives no gradient with respect to logits_fake",
        ),
        (bugs.nonsaturating_not_reduced, "nonsaturating_batches", "the loss should have shape ()"),
        (bugs.minimax_is_nonsaturating, "minimax_starves_the_generator", "the generator's step"),
        (
            bugs.minimax_clamped_real_logits,
            "minimax_follows_the_real_logits",
            "the change of the loss from logits of 0 to ±4 and ±20",
        ),
    ],
    ids=name_of,
)
def test_messages_say_what_is_wrong(bug, fact, message):
    messages = found_broken(bug.about.name, bug.run)
    assert message in messages[f"{bug.about.name}.{fact}"]


def test_all_facts_together_ask_little():
    assert count_calls(FACTS, SOLUTION, seed=0) <= 84
