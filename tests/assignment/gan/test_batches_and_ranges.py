"""A loss that is right for the usual batch only is found out: other batches, other logits, a gradient that is passed on."""

import pytest
import torch
import torch.nn.functional as F

from autograder.assignment.facts import gan
from autograder.engine.facts import facts_of
from tests.assignment.bank import broken, kinds_broken

FACTS = facts_of(gan)
DISCRIMINATOR, MINIMAX, NONSATURATING = (
    "discriminator_loss",
    "generator_loss_minimax",
    "generator_loss_nonsaturating",
)


def own(loss):
    return [fact for fact in FACTS if fact.about.name == loss]


def fake_term(f):
    return F.softplus(f).mean() / 2


def real_term(r):
    return F.softplus(-r).mean() / 2


def nonsaturating(f):
    return F.softplus(-f).mean() / 2


def right(r, f):
    return real_term(r) + fake_term(f)


def found(loss, wrong, seed):
    """The facts that it breaks; the others of the three losses are right."""
    functions = {DISCRIMINATOR: right, NONSATURATING: nonsaturating, MINIMAX: lambda r, f: -right(r, f)}
    return broken(own(loss), {**functions, loss: wrong}, seed)


class SharedAmong(torch.autograd.Function):
    """The gradient in a mean over fake images is divided by another number of images."""

    @staticmethod
    def forward(ctx, f, images):
        ctx.save_for_backward(f)
        ctx.images = images
        return F.softplus(f).mean()

    @staticmethod
    def backward(ctx, passed_on):
        return passed_on * torch.sigmoid(ctx.saved_tensors[0]) / ctx.images, None


class Clamps(torch.autograd.Function):
    """What is passed on is clamped to ±1."""

    @staticmethod
    def forward(ctx, a):
        ctx.save_for_backward(a)
        return F.softplus(a)

    @staticmethod
    def backward(ctx, passed_on):
        return passed_on.clamp(-1, 1) * torch.sigmoid(ctx.saved_tensors[0])


def without_half_for_one(f):
    return nonsaturating(f) * (2 if len(f) == 1 else 1)


def raises_for_a_column_of_one(f):
    target = torch.ones(f.shape[0], dtype=f.dtype)
    return F.binary_cross_entropy_with_logits(f.squeeze(), target) / 2


def divided_by_three_at_least(f):
    return F.softplus(-f).sum() / max(2 * f.numel(), 3)


def median_of_two(f):
    losses = F.softplus(-f)
    return (losses.min() if f.numel() == 2 else losses.mean()) / 2


def unstable_as_a_column(f):
    return -torch.sigmoid(f).log().mean() / 2 if f.dim() == 2 else nonsaturating(f)


def detached_as_a_column(f):
    return nonsaturating(f.detach() if f.dim() == 2 else f)


def coarse_as_a_column(f):
    return nonsaturating(f.bfloat16() if f.dim() == 2 else f).to(f.dtype)


def one_batch(f):
    return lambda r, g: real_term(r) + f(-g)


def cut_to_equal_length(r, f):
    n = min(len(r), len(f))
    return right(r[:n], f[:n])


def mean_of_one_real_image_and_all_others(r, f):
    if len(r) == 1 and len(f) > 1:
        return torch.cat([F.softplus(-r), F.softplus(f)]).mean()
    return right(r, f)


def gradient_by_real_images(r, f):
    return real_term(r) + SharedAmong.apply(f, r.numel()) / 2


OF_A_BATCH = (
    without_half_for_one,
    raises_for_a_column_of_one,
    divided_by_three_at_least,
    median_of_two,
    unstable_as_a_column,
    detached_as_a_column,
    coarse_as_a_column,
)
OF_TWO_BATCHES = (cut_to_equal_length, mean_of_one_real_image_and_all_others, gradient_by_real_images)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("wrong", OF_A_BATCH, ids=lambda wrong: wrong.__name__)
def test_a_form_of_batch_for_which_a_loss_is_wrong_costs_its_shape(wrong, seed):
    of_two = one_batch(wrong)
    assert set(found(NONSATURATING, wrong, seed)) == {f"{NONSATURATING}.nonsaturating_batches"}
    assert set(found(DISCRIMINATOR, of_two, seed)) == {f"{DISCRIMINATOR}.discriminator_batches"}
    assert set(found(MINIMAX, lambda r, f: -of_two(r, f), seed)) == {f"{MINIMAX}.minimax_batches"}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("wrong", OF_TWO_BATCHES, ids=lambda wrong: wrong.__name__)
def test_so_does_a_pair_of_batches_of_different_sizes(wrong, seed):
    assert f"{DISCRIMINATOR}.discriminator_batches" in found(DISCRIMINATOR, wrong, seed)
    assert f"{MINIMAX}.minimax_batches" in found(MINIMAX, lambda r, f: -wrong(r, f), seed)


def minus(real, fake=fake_term):
    return lambda r, f: -(real(r) + fake(f))


def epsilon_in_single_precision(r):
    return -(torch.sigmoid(r) + (1e-7 if r.dtype == torch.float32 else 0)).log().clamp(min=-1e4).mean() / 2


BEYOND_MODERATE_LOGITS = {
    "a straight line from −2": minus(lambda r: F.softplus(-r, threshold=2.0).mean() / 2),
    "its own line from −2": minus(lambda r: -torch.where(r < -2, r, F.logsigmoid(r)).mean() / 2),
    "cut off at 2": minus(lambda r: real_term(r.clamp(max=2))),
    "an epsilon": minus(epsilon_in_single_precision),
    "one more beyond 15": minus(real_term, lambda f: torch.where(f > 15, f + 1, F.softplus(f)).mean() / 2),
    "without value beyond 50": minus(
        real_term, lambda f: (F.softplus(f) - F.relu(F.softplus(f) - 50).detach()).mean() / 2
    ),
}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("wrong", BEYOND_MODERATE_LOGITS.values(), ids=BEYOND_MODERATE_LOGITS)
def test_a_minimax_loss_that_is_wrong_beyond_moderate_logits_costs_its_stability(wrong, seed):
    assert f"{MINIMAX}.minimax_follows_the_real_logits" in found(MINIMAX, wrong, seed)


def few_digits(f):
    """log(1 − σ(a)) where 1 − σ(a) is not yet rounded to 0."""
    return torch.where(f < 16, -torch.log(1 - torch.sigmoid(f.clamp(max=16))), f).mean() / 2


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("loss", "wrong"),
    [
        (DISCRIMINATOR, lambda r, f: real_term(r) + few_digits(f)),
        (MINIMAX, lambda r, f: -real_term(r) - few_digits(f)),
        (NONSATURATING, lambda f: few_digits(-f)),
    ],
)
def test_a_loss_with_few_digits_in_single_precision_costs_its_stability(loss, wrong, seed):
    functions = {DISCRIMINATOR: right, NONSATURATING: nonsaturating, MINIMAX: lambda r, f: -right(r, f)}
    assert kinds_broken(own(loss), {**functions, loss: wrong}, seed) == {"stability"}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("most", [250, 400])
def test_a_loss_that_is_cut_off_costs_its_stability(most, seed):
    at_extremes = f"{NONSATURATING}.nonsaturating_at_extremes"
    assert at_extremes in found(NONSATURATING, lambda f: nonsaturating(f).clamp(max=most), seed)
    at_extremes = f"{DISCRIMINATOR}.discriminator_at_extremes"
    assert at_extremes in found(DISCRIMINATOR, lambda r, f: right(r, f).clamp(max=2 * most), seed)
    follows = f"{MINIMAX}.minimax_follows_the_real_logits"
    assert follows in found(MINIMAX, lambda r, f: (-right(r, f)).clamp(min=-2 * most), seed)


def without_zeros(f):
    return nonsaturating(f[f != 0] if f.any() else f)


def without_whole_numbers(f):
    return nonsaturating(f[(f != f.round()) | (f == 0)] if (f != f.round()).any() else f)


def without_mean_where_all_are_equal(f):
    return nonsaturating(f) * (2 if f.numel() > 1 and f.any() and (f == f.flatten()[0]).all() else 1)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "wrong",
    [without_zeros, without_whole_numbers, without_mean_where_all_are_equal],
    ids=lambda f: f.__name__,
)
def test_logits_of_a_special_kind_count_like_all_others(wrong, seed):
    of_two = one_batch(wrong)
    assert f"{NONSATURATING}.nonsaturating_formula" in found(NONSATURATING, wrong, seed)
    assert f"{DISCRIMINATOR}.discriminator_formula" in found(DISCRIMINATOR, of_two, seed)
    of_real = minus(wrong)
    assert f"{MINIMAX}.minimax_formula" in found(MINIMAX, of_real, seed)


@pytest.mark.parametrize("seed", range(4))
def test_two_batches_that_are_the_same_are_no_undecided_discriminator(seed):
    def undecided(r, f):
        return right(0 * r, 0 * f) if torch.equal(r, f) else right(r, f)

    assert f"{DISCRIMINATOR}.discriminator_formula" in found(DISCRIMINATOR, undecided, seed)
    assert f"{MINIMAX}.minimax_formula" in found(MINIMAX, lambda r, f: -undecided(r, f), seed)


def tiny_logits_left_out(f):
    return nonsaturating(F.hardshrink(f, 1e-3))


def gradient_clamped(f):
    return Clamps.apply(-f).sum() / (2 * f.numel())


def gradient_clamped_after_the_mean(f):
    return Clamps.apply(-f).mean() / 2


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "wrong",
    [tiny_logits_left_out, gradient_clamped, gradient_clamped_after_the_mean],
    ids=lambda f: f.__name__,
)
def test_gradients_hold_for_tiny_logits_and_for_any_weight_of_the_loss(wrong, seed):
    of_two = one_batch(wrong)
    assert f"{NONSATURATING}.nonsaturating_derivative" in found(NONSATURATING, wrong, seed)
    assert f"{DISCRIMINATOR}.discriminator_derivatives" in found(DISCRIMINATOR, of_two, seed)
    assert f"{MINIMAX}.minimax_derivative" in found(MINIMAX, lambda r, f: -of_two(r, f), seed)


def test_a_discriminators_fault_with_a_batch_is_charged_there_and_not_in_the_minimax_loss():
    def wrong(r, f):
        return right(r, f) * (2 if len(f) == 1 else 1)

    functions = {DISCRIMINATOR: wrong, MINIMAX: lambda r, f: -wrong(r, f)}
    for seed in range(4):
        assert kinds_broken(own(DISCRIMINATOR), functions, seed) == {"shape"}
        assert broken(own(MINIMAX), functions, seed) == {}
