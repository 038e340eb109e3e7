"""Typical mistakes in the losses of exercise 9-2 (b)–(d)."""

# mypy: allow-untyped-defs, allow-untyped-calls
# The functions are untyped because they are also copied into make-believe submissions.

import torch
import torch.nn.functional as F
from torch import nn

from autograder.assignment.api import (
    discriminator_loss,
    generator_loss_minimax,
    generator_loss_nonsaturating,
)
from autograder.assignment.bugs import bug

# 9-2 (b): J_D = −½ E[log D(x)] − ½ E[log(1 − D(G(z)))]

# Factors, signs, terms


@bug(
    discriminator_loss,
    "Your loss is twice J_D: the two factors ½ are missing.",
    sheet="9-2 (b)",
    mistake="missing_half",
)
def discriminator_without_half(logits_real, logits_fake):
    return F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean()


@bug(discriminator_loss, "The factor ½ is missing in the term of the generated images.", sheet="9-2 (b)")
def discriminator_half_on_real_term_only(logits_real, logits_fake):
    return 0.5 * F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean()


@bug(discriminator_loss, "The factor ½ is missing in the term of the real images.", sheet="9-2 (b)")
def discriminator_half_on_fake_term_only(logits_real, logits_fake):
    return F.softplus(-logits_real).mean() + 0.5 * F.softplus(logits_fake).mean()


@bug(discriminator_loss, "Your loss is half of J_D: the factor ½ comes in twice.", sheet="9-2 (b)")
def discriminator_half_twice(logits_real, logits_fake):
    loss = 0.5 * F.softplus(-logits_real).mean() + 0.5 * F.softplus(logits_fake).mean()
    return loss / 2


@bug(
    discriminator_loss,
    "Your loss has the opposite sign: D would minimise its success.",
    sheet="9-2 (b)",
    mistake="negated",
)
def discriminator_wrong_sign(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_real).mean() + F.logsigmoid(-logits_fake).mean())


@bug(discriminator_loss, "Your loss is 1 − J_D.", sheet="9-2 (b)")
def discriminator_one_minus(logits_real, logits_fake):
    return 1 - 0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())


@bug(
    discriminator_loss,
    "The term of the real images has the wrong sign: D would learn to reject them.",
    sheet="9-2 (b)",
)
def discriminator_real_term_wrong_sign(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_real).mean() + F.softplus(logits_fake).mean())


@bug(
    discriminator_loss,
    "The term of the generated images has the wrong sign: D would learn to accept them.",
    sheet="9-2 (b)",
)
def discriminator_fake_term_wrong_sign(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).mean() + F.logsigmoid(-logits_fake).mean())


@bug(discriminator_loss, "The term of the generated images is missing.", sheet="9-2 (b)")
def discriminator_real_term_only(logits_real, logits_fake):
    return 0.5 * F.softplus(-logits_real).mean()


@bug(discriminator_loss, "The term of the real images is missing.", sheet="9-2 (b)")
def discriminator_fake_term_only(logits_real, logits_fake):
    return 0.5 * F.softplus(logits_fake).mean()


@bug(
    discriminator_loss,
    "This is the loss of the generator in 9-2 (d); D is to tell its images from real ones.",
    sheet="9-2 (b)",
)
def discriminator_generator_loss(logits_real, logits_fake):
    return 0.5 * F.softplus(-logits_fake).mean()


@bug(
    discriminator_loss,
    "Both terms use the real logits; the second is about the generated ones.",
    sheet="9-2 (b)",
)
def discriminator_both_terms_of_real(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_real).mean())


@bug(
    discriminator_loss,
    "Both terms use the generated logits; the first is about the real ones.",
    sheet="9-2 (b)",
)
def discriminator_both_terms_of_fake(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_fake).mean() + F.softplus(logits_fake).mean())


@bug(discriminator_loss, "You multiply the two terms; J_D adds them.", sheet="9-2 (b)")
def discriminator_product_of_terms(logits_real, logits_fake):
    return F.softplus(-logits_real).mean() * F.softplus(logits_fake).mean()


@bug(discriminator_loss, "You keep the larger of the two terms; J_D adds half of each.", sheet="9-2 (b)")
def discriminator_larger_term(logits_real, logits_fake):
    return torch.maximum(F.softplus(-logits_real).mean(), F.softplus(logits_fake).mean())


# Labels


@bug(
    discriminator_loss,
    "Real and generated are exchanged, the labels or the arguments: you reward D for calling real images fake.",
    sheet="9-2 (b)",
    mistake="labels_swapped",
)
def discriminator_labels_swapped(logits_real, logits_fake):
    return 0.5 * (F.softplus(logits_real).mean() + F.softplus(-logits_fake).mean())


@bug(discriminator_loss, "You label the generated images as real, too.", sheet="9-2 (b)")
def discriminator_all_labelled_real(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).mean() + F.softplus(-logits_fake).mean())


@bug(discriminator_loss, "You label the real images as generated, too.", sheet="9-2 (b)")
def discriminator_all_labelled_fake(logits_real, logits_fake):
    return 0.5 * (F.softplus(logits_real).mean() + F.softplus(logits_fake).mean())


@bug(
    discriminator_loss,
    "Your real labels are 0.9 (label smoothing); J_D has 1.",
    sheet="9-2 (b)",
    mistake="smoothed_labels",
)
def discriminator_smoothed_labels(logits_real, logits_fake):
    target = torch.full_like(logits_real, 0.9)
    real = F.binary_cross_entropy_with_logits(logits_real, target)
    return 0.5 * (real + F.softplus(logits_fake).mean())


@bug(
    discriminator_loss,
    "Your labels are 0.9 and 0.1 (label smoothing); J_D has 1 and 0.",
    sheet="9-2 (b)",
    mistake="smoothed_labels",
)
def discriminator_both_labels_smoothed(logits_real, logits_fake):
    real = F.binary_cross_entropy_with_logits(logits_real, torch.full_like(logits_real, 0.9))
    fake = F.binary_cross_entropy_with_logits(logits_fake, torch.full_like(logits_fake, 0.1))
    return 0.5 * (real + fake)


@bug(
    discriminator_loss,
    "Your labels are drawn at random; nothing in J_D is random.",
    sheet="9-2 (b)",
    mistake="smoothed_labels",
)
def discriminator_noisy_labels(logits_real, logits_fake):
    target = torch.empty(()).uniform_(0.6, 0.9).to(logits_real.dtype)
    real = F.binary_cross_entropy_with_logits(logits_real, target.expand_as(logits_real))
    return 0.5 * (real + F.softplus(logits_fake).mean())


@bug(
    discriminator_loss,
    "All your labels are ½; real images have the label 1, generated ones 0.",
    sheet="9-2 (b)",
)
def discriminator_labels_of_one_half(logits_real, logits_fake):
    real = F.binary_cross_entropy_with_logits(logits_real, torch.full_like(logits_real, 0.5))
    fake = F.binary_cross_entropy_with_logits(logits_fake, torch.full_like(logits_fake, 0.5))
    return 0.5 * (real + fake)


@bug(
    discriminator_loss, "Your label of generated images is −1; for a cross-entropy it is 0.", sheet="9-2 (b)"
)
def discriminator_labels_of_minus_one(logits_real, logits_fake):
    real = F.binary_cross_entropy_with_logits(logits_real, torch.ones_like(logits_real))
    fake = F.binary_cross_entropy_with_logits(logits_fake, -torch.ones_like(logits_fake))
    return 0.5 * (real + fake)


@bug(
    discriminator_loss,
    "You use D's own probabilities as labels; the labels are 1 for real images and 0 for generated ones.",
    sheet="9-2 (b)",
)
def discriminator_probabilities_as_labels(logits_real, logits_fake):
    real = F.binary_cross_entropy_with_logits(logits_real, torch.sigmoid(logits_real).detach())
    fake = F.binary_cross_entropy_with_logits(logits_fake, torch.sigmoid(logits_fake).detach())
    return 0.5 * (real + fake)


# Means


@bug(
    discriminator_loss,
    "Your loss sums over the batch; an expectation is a mean.",
    sheet="9-2 (b)",
    mistake="sum_for_mean",
)
def discriminator_sum_for_mean(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).sum() + F.softplus(logits_fake).sum())


@bug(discriminator_loss, "You sum over the real images; their expectation is a mean.", sheet="9-2 (b)")
def discriminator_sum_over_real(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).sum() + F.softplus(logits_fake).mean())


@bug(discriminator_loss, "You sum over the generated images; their expectation is a mean.", sheet="9-2 (b)")
def discriminator_sum_over_fake(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).sum())


@bug(
    discriminator_loss,
    "You take one mean over both batches together; with unequal sizes the two expectations get unequal weights.",
    sheet="9-2 (b)",
    mistake="joint_mean",
)
def discriminator_joint_mean(logits_real, logits_fake):
    both = torch.cat([-logits_real.flatten(), logits_fake.flatten()])
    return F.softplus(both).mean()


@bug(
    discriminator_loss,
    "You take one mean over both batches together, which is ½ of the sum already, and halve it once more.",
    sheet="9-2 (b)",
    mistake="joint_mean",
)
def discriminator_joint_mean_and_half(logits_real, logits_fake):
    both = torch.cat([-logits_real.flatten(), logits_fake.flatten()])
    return 0.5 * F.softplus(both).mean()


@bug(
    discriminator_loss,
    "You divide both sums by the number of real images; each mean is over its own batch.",
    sheet="9-2 (b)",
    mistake="joint_mean",
)
def discriminator_divided_by_real_size(logits_real, logits_fake):
    total = F.softplus(-logits_real).sum() + F.softplus(logits_fake).sum()
    return total / (2 * logits_real.numel())


@bug(
    discriminator_loss,
    "You divide by N − 1; the mean of N numbers is their sum divided by N.",
    sheet="9-2 (b)",
)
def discriminator_divided_by_n_minus_one(logits_real, logits_fake):
    real = F.softplus(-logits_real).sum() / (logits_real.numel() - 1)
    fake = F.softplus(logits_fake).sum() / (logits_fake.numel() - 1)
    return 0.5 * (real + fake)


@bug(
    discriminator_loss,
    "You keep the largest loss of each batch; an expectation is a mean.",
    sheet="9-2 (b)",
    mistake="max_for_mean",
)
def discriminator_max_for_mean(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).max() + F.softplus(logits_fake).max())


@bug(discriminator_loss, "You take the median of each batch; an expectation is a mean.", sheet="9-2 (b)")
def discriminator_median_for_mean(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).median() + F.softplus(logits_fake).median())


@bug(
    discriminator_loss,
    "You take the logarithm of the mean; the sheet has the mean of the logarithm.",
    sheet="9-2 (b)",
    mistake="log_outside_expectation",
)
def discriminator_log_of_mean(logits_real, logits_fake):
    real = torch.sigmoid(logits_real).mean()
    fake = torch.sigmoid(-logits_fake).mean()
    return -0.5 * (torch.log(real) + torch.log(fake))


@bug(
    discriminator_loss,
    "You average the logits first; the sheet has the mean of the logarithms.",
    sheet="9-2 (b)",
    mistake="mean_first",
)
def discriminator_mean_of_logits_first(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real.mean()) + F.softplus(logits_fake.mean()))


# The probability


@bug(
    discriminator_loss,
    "You apply the sigmoid twice: binary_cross_entropy_with_logits takes logits, not probabilities.",
    sheet="9-2 (b)",
    mistake="sigmoid_twice",
)
def discriminator_sigmoid_twice(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return 0.5 * (F.softplus(-real).mean() + F.softplus(fake).mean())


@bug(
    discriminator_loss,
    "You use the logits as if they were probabilities: the sigmoid is missing.",
    sheet="9-2 (b)",
    mistake="probabilities_for_logits",
)
def discriminator_without_sigmoid(logits_real, logits_fake):
    return -0.5 * (torch.log(logits_real).mean() + torch.log(1 - logits_fake).mean())


@bug(
    discriminator_loss,
    "The exponential is missing in your sigmoid: you compute log(1 + a) for log(1 + eᵃ).",
    sheet="9-2 (b)",
)
def discriminator_without_exponential(logits_real, logits_fake):
    return 0.5 * (torch.log(1 - logits_real).mean() + torch.log(1 + logits_fake).mean())


@bug(
    discriminator_loss,
    "Your softmax compares the images of a batch with each other; D judges each image alone, by a sigmoid.",
    sheet="9-2 (b)",
)
def discriminator_softmax_over_batch(logits_real, logits_fake):
    real = F.log_softmax(logits_real.flatten(), dim=0)
    fake = torch.log1p(-0.999 * F.softmax(logits_fake.flatten(), dim=0))
    return -0.5 * (real.mean() + fake.mean())


@bug(
    discriminator_loss,
    "You use (1 + tanh(a))/2, which is the sigmoid of 2a; D is the sigmoid of a.",
    sheet="9-2 (b)",
)
def discriminator_tanh_for_sigmoid(logits_real, logits_fake):
    return 0.5 * (F.softplus(-2 * logits_real).mean() + F.softplus(2 * logits_fake).mean())


@bug(
    discriminator_loss,
    "The logarithms are missing: this is the mean probability of a wrong answer, less 1.",
    sheet="9-2 (b)",
)
def discriminator_without_log(logits_real, logits_fake):
    return -0.5 * (torch.sigmoid(logits_real).mean() + torch.sigmoid(-logits_fake).mean())


@bug(
    discriminator_loss,
    "You minimise the mean probability of a wrong answer; J_D is the mean of its logarithms.",
    sheet="9-2 (b)",
)
def discriminator_probability_of_error(logits_real, logits_fake):
    return 0.5 * (torch.sigmoid(-logits_real).mean() + torch.sigmoid(logits_fake).mean())


@bug(
    discriminator_loss, "Your logarithm has base 2; the loss is in nats.", sheet="9-2 (b)", mistake="log_base"
)
def discriminator_in_bits(logits_real, logits_fake):
    nats = 0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())
    return nats / torch.log(torch.tensor(2.0))


@bug(
    discriminator_loss,
    "You take the absolute value of the logits: their sign says what D believes.",
    sheet="9-2 (b)",
)
def discriminator_absolute_logits(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real.abs()).mean() + F.softplus(logits_fake.abs()).mean())


@bug(discriminator_loss, "You apply ReLU to the logits: below 0 D learns nothing.", sheet="9-2 (b)")
def discriminator_rectified_logits(logits_real, logits_fake):
    return 0.5 * (F.softplus(-F.relu(logits_real)).mean() + F.softplus(F.relu(logits_fake)).mean())


# Other losses


@bug(
    discriminator_loss,
    "This is the hinge loss; J_D is the mean of the logarithms of D.",
    sheet="9-2 (b)",
    mistake="another_gan",
)
def discriminator_hinge(logits_real, logits_fake):
    return F.relu(1 - logits_real).mean() + F.relu(1 + logits_fake).mean()


@bug(
    discriminator_loss,
    "This is the Wasserstein critic's loss; J_D is the mean of the logarithms of D.",
    sheet="9-2 (b)",
    mistake="another_gan",
)
def discriminator_wasserstein(logits_real, logits_fake):
    return logits_fake.mean() - logits_real.mean()


@bug(
    discriminator_loss,
    "This is the least-squares loss of the logits; J_D is the mean of the logarithms of D.",
    sheet="9-2 (b)",
    mistake="another_gan",
)
def discriminator_least_squares(logits_real, logits_fake):
    return 0.5 * ((logits_real - 1) ** 2).mean() + 0.5 * (logits_fake**2).mean()


@bug(
    discriminator_loss,
    "This is the squared error of D's probabilities; J_D is the mean of their logarithms.",
    sheet="9-2 (b)",
)
def discriminator_squared_error(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return 0.5 * F.mse_loss(real, torch.ones_like(real)) + 0.5 * F.mse_loss(fake, torch.zeros_like(fake))


@bug(
    discriminator_loss,
    "This is the relativistic loss: you compare each logit with the mean of the other batch.",
    sheet="9-2 (b)",
    mistake="another_gan",
)
def discriminator_relativistic(logits_real, logits_fake):
    real, fake = logits_real - logits_fake.mean(), logits_fake - logits_real.mean()
    return 0.5 * (F.softplus(-real).mean() + F.softplus(fake).mean())


# Gradients, types, precision


@bug(discriminator_loss, "The generated logits are detached: D learns nothing from them.", sheet="9-2 (b)")
def discriminator_fake_detached(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake.detach()).mean())


@bug(discriminator_loss, "The real logits are detached: D learns nothing from them.", sheet="9-2 (b)")
def discriminator_real_detached(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real.detach()).mean() + F.softplus(logits_fake).mean())


@bug(
    discriminator_loss,
    "Your value is right, but it is detached: no gradient reaches D.",
    sheet="9-2 (b)",
    mistake="detached",
)
def discriminator_detached(logits_real, logits_fake):
    with torch.no_grad():
        return 0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())


@bug(
    discriminator_loss,
    "You make a new tensor of the value: no gradient reaches D.",
    sheet="9-2 (b)",
    mistake="detached",
)
def discriminator_new_tensor(logits_real, logits_fake):
    loss = 0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())
    return torch.tensor(loss.item())


@bug(
    discriminator_loss,
    "You return a Python number: a tensor is asked for, with its gradient.",
    sheet="9-2 (b)",
    mistake="python_numbers",
)
def discriminator_python_number(logits_real, logits_fake):
    return (0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())).item()


@bug(discriminator_loss, "You return the two terms; their sum is asked for.", sheet="9-2 (b)")
def discriminator_pair_of_terms(logits_real, logits_fake):
    return 0.5 * F.softplus(-logits_real).mean(), 0.5 * F.softplus(logits_fake).mean()


@bug(
    discriminator_loss,
    "You compute in float16, which has three digits.",
    sheet="9-2 (b)",
    mistake="half_precision",
)
def discriminator_half_precision(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real.half()).mean() + F.softplus(logits_fake.half()).mean())


@bug(
    discriminator_loss,
    "You compute in bfloat16, which has two digits.",
    sheet="9-2 (b)",
    mistake="half_precision",
)
def discriminator_bfloat16(logits_real, logits_fake):
    real, fake = logits_real.bfloat16(), logits_fake.bfloat16()
    return 0.5 * (F.softplus(-real).mean() + F.softplus(fake).mean()).to(logits_real.dtype)


@bug(
    discriminator_loss,
    "You change logits_real in place: the caller's tensor is overwritten.",
    sheet="9-2 (b)",
    mistake="in_place",
)
def discriminator_in_place(logits_real, logits_fake):
    return 0.5 * (F.softplus(logits_real.neg_()).mean() + F.softplus(logits_fake).mean())


# Extreme logits


@bug(
    discriminator_loss,
    "log(1 − sigmoid(a)) is −inf once sigmoid(a) rounds to 1 (a = 17 in float32): combine the two into logsigmoid or softplus.",
    sheet="9-2 (b)",
    mistake="naive_log",
)
def discriminator_naive_log(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return -0.5 * (torch.log(real).mean() + torch.log(1 - fake).mean())


@bug(
    discriminator_loss,
    "log(sigmoid(a)) of the real logits is −inf once sigmoid(a) rounds to 0 (a = −89 in float32).",
    sheet="9-2 (b)",
    mistake="naive_log",
)
def discriminator_naive_log_of_real(logits_real, logits_fake):
    return 0.5 * (F.softplus(logits_fake).mean() - torch.log(torch.sigmoid(logits_real)).mean())


@bug(
    discriminator_loss,
    "log(1 − sigmoid(a)) of the generated logits is −inf once sigmoid(a) rounds to 1 (a = 17 in float32).",
    sheet="9-2 (b)",
    mistake="naive_log",
)
def discriminator_naive_log_of_fake(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).mean() - torch.log(1 - torch.sigmoid(logits_fake)).mean())


@bug(
    discriminator_loss,
    "You write the sigmoid as eᵃ/(1 + eᵃ): beyond a = 89 in float32 that is ∞/∞ = nan.",
    sheet="9-2 (b)",
    mistake="exp_overflow",
)
def discriminator_sigmoid_by_hand(logits_real, logits_fake):
    real = torch.exp(logits_real) / (1 + torch.exp(logits_real))
    fake = torch.exp(logits_fake) / (1 + torch.exp(logits_fake))
    return -0.5 * (torch.log(real).mean() + torch.log(1 - fake).mean())


@bug(
    discriminator_loss,
    "You compute log(1 + eᵃ) literally, as soft_margin_loss does too: eᵃ overflows beyond a = 89 in float32.",
    sheet="9-2 (b)",
    mistake="exp_overflow",
)
def discriminator_exp_overflow(logits_real, logits_fake):
    real, fake = torch.exp(-logits_real), torch.exp(logits_fake)
    return 0.5 * (torch.log(1 + real).mean() + torch.log(1 + fake).mean())


@bug(
    discriminator_loss,
    "The small number inside your logarithm keeps it finite but makes value and gradient wrong where D is wrong.",
    sheet="9-2 (b)",
    mistake="epsilon_in_log",
)
def discriminator_epsilon_in_log(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return -0.5 * (torch.log(real + 1e-8).mean() + torch.log(1 - fake + 1e-8).mean())


@bug(
    discriminator_loss,
    "The small number inside your logarithm keeps it finite but makes value and gradient wrong where D is wrong.",
    sheet="9-2 (b)",
    mistake="epsilon_in_log",
)
def discriminator_tiny_epsilon_in_log(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return -0.5 * (torch.log(real + 1e-12).mean() + torch.log(1 - fake + 1e-12).mean())


@bug(
    discriminator_loss,
    "The small number inside your logarithm keeps it finite but makes value and gradient wrong where D is wrong.",
    sheet="9-2 (b)",
    mistake="epsilon_in_log",
)
def discriminator_small_epsilon_in_log(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return -0.5 * (torch.log(real + 1e-6).mean() + torch.log(1 - fake + 1e-6).mean())


@bug(
    discriminator_loss,
    "The number that you add inside the logarithm changes value and gradient everywhere.",
    sheet="9-2 (b)",
    mistake="epsilon_in_log",
)
def discriminator_large_epsilon_in_log(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return -0.5 * (torch.log(real + 1e-3).mean() + torch.log(1 - fake + 1e-3).mean())


@bug(
    discriminator_loss,
    "The small number inside the logarithm of the real term makes value and gradient wrong where D rejects real images.",
    sheet="9-2 (b)",
    mistake="epsilon_in_log",
)
def discriminator_epsilon_in_log_of_real(logits_real, logits_fake):
    return 0.5 * (F.softplus(logits_fake).mean() - torch.log(torch.sigmoid(logits_real) + 1e-8).mean())


@bug(
    discriminator_loss,
    "The small number inside the logarithm of the generated term makes value and gradient wrong where D accepts generated images.",
    sheet="9-2 (b)",
    mistake="epsilon_in_log",
)
def discriminator_epsilon_in_log_of_fake(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).mean() - torch.log(1 - torch.sigmoid(logits_fake) + 1e-8).mean())


@bug(
    discriminator_loss,
    "binary_cross_entropy on probabilities cuts the logarithm off at −100 and its gradient to 0: use the logits.",
    sheet="9-2 (b)",
    mistake="naive_log",
)
def discriminator_bce_on_probabilities(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    loss_real = F.binary_cross_entropy(real, torch.ones_like(real))
    loss_fake = F.binary_cross_entropy(fake, torch.zeros_like(fake))
    return (loss_real + loss_fake) / 2


@bug(
    discriminator_loss,
    "You clamp the logits to ±10: beyond, the value is wrong and the gradient 0.",
    sheet="9-2 (b)",
    mistake="clamped",
)
def discriminator_clamped_logits(logits_real, logits_fake):
    real, fake = logits_real.clamp(-10, 10), logits_fake.clamp(-10, 10)
    return 0.5 * (F.softplus(-real).mean() + F.softplus(fake).mean())


@bug(
    discriminator_loss,
    "You clamp the logits to ±20: beyond, the value is wrong and the gradient 0.",
    sheet="9-2 (b)",
    mistake="clamped",
)
def discriminator_clamped_logits_at_20(logits_real, logits_fake):
    real, fake = logits_real.clamp(-20, 20), logits_fake.clamp(-20, 20)
    return 0.5 * (F.softplus(-real).mean() + F.softplus(fake).mean())


@bug(
    discriminator_loss,
    "You clamp the logits to ±50: beyond, the value is wrong and the gradient 0.",
    sheet="9-2 (b)",
    mistake="clamped",
)
def discriminator_clamped_logits_at_50(logits_real, logits_fake):
    real, fake = logits_real.clamp(-50, 50), logits_fake.clamp(-50, 50)
    return 0.5 * (F.softplus(-real).mean() + F.softplus(fake).mean())


@bug(
    discriminator_loss,
    "You cut off at 100, the logits or the logarithm: beyond, the value is wrong and the gradient 0.",
    sheet="9-2 (b)",
    mistake="clamped",
)
def discriminator_clamped_logits_at_100(logits_real, logits_fake):
    real, fake = logits_real.clamp(-100, 100), logits_fake.clamp(-100, 100)
    return 0.5 * (F.softplus(-real).mean() + F.softplus(fake).mean())


@bug(
    discriminator_loss,
    "You clamp the probabilities: where D is most wrong the gradient is 0.",
    sheet="9-2 (b)",
    mistake="clamped",
)
def discriminator_clamped_probabilities(logits_real, logits_fake):
    real = torch.sigmoid(logits_real).clamp(1e-7, 1 - 1e-7)
    fake = torch.sigmoid(logits_fake).clamp(1e-7, 1 - 1e-7)
    return -0.5 * (torch.log(real).mean() + torch.log(1 - fake).mean())


@bug(
    discriminator_loss,
    "You clamp the probabilities to [0.01, 0.99]: where D is most wrong the gradient is 0.",
    sheet="9-2 (b)",
    mistake="clamped",
)
def discriminator_probabilities_clamped_at_one_percent(logits_real, logits_fake):
    real = torch.sigmoid(logits_real).clamp(0.01, 1 - 0.01)
    fake = torch.sigmoid(logits_fake).clamp(0.01, 1 - 0.01)
    return -0.5 * (torch.log(real).mean() + torch.log(1 - fake).mean())


@bug(
    discriminator_loss,
    "You clamp the loss at 50: beyond, the value is wrong and the gradient 0.",
    sheet="9-2 (b)",
    mistake="clamped",
)
def discriminator_clamped_result(logits_real, logits_fake):
    loss = 0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())
    return loss.clamp(max=50)


@bug(
    discriminator_loss,
    "You put a straight line for log(1 + eᵃ) from a = 5 on, where that is not yet exact.",
    sheet="9-2 (b)",
)
def discriminator_straight_line_too_soon(logits_real, logits_fake):
    softplus = nn.Softplus(threshold=5)
    return 0.5 * (softplus(-logits_real).mean() + softplus(logits_fake).mean())


# Shapes


@bug(
    discriminator_loss,
    "Your loss is not reduced: it should be one number, the mean over each batch.",
    sheet="9-2 (b)",
    mistake="not_reduced",
)
def discriminator_not_reduced(logits_real, logits_fake):
    size = min(logits_real.shape[0], logits_fake.shape[0])
    return 0.5 * (F.softplus(-logits_real[:size]) + F.softplus(logits_fake[:size]))


@bug(
    discriminator_loss,
    "Your loss has the shape (1,): a loss is one number without axes.",
    sheet="9-2 (b)",
    mistake="kept_axis",
)
def discriminator_one_entry(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean()).reshape(1)


@bug(
    discriminator_loss,
    "Your mean is over the first axis only: logits of shape (N, 1) give a loss of shape (1,).",
    sheet="9-2 (b)",
)
def discriminator_mean_over_first_axis(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).mean(0) + F.softplus(logits_fake).mean(0))


@bug(
    discriminator_loss,
    "You squeeze the logits: a batch of one image loses its only axis.",
    sheet="9-2 (b)",
    mistake="squeezed",
)
def discriminator_squeezed(logits_real, logits_fake):
    real, fake = logits_real.squeeze(), logits_fake.squeeze()
    loss_real = torch.stack([F.softplus(-a) for a in real]).mean()
    return 0.5 * (loss_real + torch.stack([F.softplus(a) for a in fake]).mean())


@bug(
    discriminator_loss,
    "Your targets have the shape (N,) whatever the logits have: logits of shape (N, 1) do not fit.",
    sheet="9-2 (b)",
)
def discriminator_flat_targets(logits_real, logits_fake):
    real = F.binary_cross_entropy_with_logits(logits_real, logits_real.new_ones(len(logits_real)))
    fake = F.binary_cross_entropy_with_logits(logits_fake, logits_fake.new_zeros(len(logits_fake)))
    return 0.5 * (real + fake)


@bug(
    discriminator_loss,
    "You stop at the end of the smaller batch: the other images of the larger one are left out.",
    sheet="9-2 (b)",
    mistake="equal_batches",
)
def discriminator_truncated_batches(logits_real, logits_fake):
    pairs = list(zip(logits_real.flatten(), logits_fake.flatten()))  # noqa: B905
    return sum(F.softplus(-r) + F.softplus(f) for r, f in pairs) / (2 * len(pairs))


@bug(
    discriminator_loss,
    "You add the two batches image by image, which needs as many real as generated images.",
    sheet="9-2 (b)",
    mistake="equal_batches",
)
def discriminator_equal_batches(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real) + F.softplus(logits_fake)).mean()


# 9-2 (c): J_G = −J_D

# Factors, signs, terms


@bug(
    generator_loss_minimax, "Your loss is J_D, not −J_D: G would help D.", sheet="9-2 (c)", mistake="negated"
)
def minimax_wrong_sign(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())


@bug(
    generator_loss_minimax,
    "The term of the real images is missing. G's gradient is right, but J_G = −J_D has both terms.",
    sheet="9-2 (c)",
    mistake="without_real_term",
)
def minimax_without_real_term(logits_real, logits_fake):
    return -0.5 * F.softplus(logits_fake).mean()


@bug(generator_loss_minimax, "The term of the real images and the factor ½ are missing.", sheet="9-2 (c)")
def minimax_without_real_term_and_half(logits_real, logits_fake):
    return F.logsigmoid(-logits_fake).mean()


@bug(
    generator_loss_minimax,
    "The term of the generated images is missing: no gradient reaches G.",
    sheet="9-2 (c)",
)
def minimax_real_term_only(logits_real, logits_fake):
    return 0.5 * F.logsigmoid(logits_real).mean()


@bug(generator_loss_minimax, "The term of the real images has the wrong sign.", sheet="9-2 (c)")
def minimax_real_term_wrong_sign(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).mean() - F.softplus(logits_fake).mean())


@bug(
    generator_loss_minimax,
    "The term of the generated images has the wrong sign: G would learn to be caught.",
    sheet="9-2 (c)",
)
def minimax_fake_term_wrong_sign(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_real).mean() + F.softplus(logits_fake).mean())


@bug(
    generator_loss_minimax,
    "Your loss is twice −J_D: the two factors ½ are missing.",
    sheet="9-2 (c)",
    mistake="missing_half",
)
def minimax_without_half(logits_real, logits_fake):
    return F.logsigmoid(logits_real).mean() + F.logsigmoid(-logits_fake).mean()


@bug(generator_loss_minimax, "The factor ½ is missing in the term of the generated images.", sheet="9-2 (c)")
def minimax_half_on_real_term_only(logits_real, logits_fake):
    return 0.5 * F.logsigmoid(logits_real).mean() + F.logsigmoid(-logits_fake).mean()


@bug(generator_loss_minimax, "The factor ½ is missing in the term of the real images.", sheet="9-2 (c)")
def minimax_half_on_fake_term_only(logits_real, logits_fake):
    return F.logsigmoid(logits_real).mean() + 0.5 * F.logsigmoid(-logits_fake).mean()


@bug(generator_loss_minimax, "Your loss is half of −J_D: the factor ½ comes in twice.", sheet="9-2 (c)")
def minimax_half_twice(logits_real, logits_fake):
    return -0.25 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())


@bug(generator_loss_minimax, "Your loss is 1 − J_D; the sheet has −J_D.", sheet="9-2 (c)")
def minimax_one_minus(logits_real, logits_fake):
    return 1 - 0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())


@bug(
    generator_loss_minimax,
    "Your loss is log 2 − J_D, at the best D the Jensen–Shannon divergence; the sheet has −J_D.",
    sheet="9-2 (c)",
)
def minimax_jensen_shannon(logits_real, logits_fake):
    loss = 0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())
    return torch.log(torch.tensor(2.0)) - loss


@bug(generator_loss_minimax, "You multiply the two terms; J_D adds them.", sheet="9-2 (c)")
def minimax_product_of_terms(logits_real, logits_fake):
    return -F.softplus(-logits_real).mean() * F.softplus(logits_fake).mean()


@bug(
    generator_loss_minimax,
    "Both terms use the generated logits; the first is about the real ones.",
    sheet="9-2 (c)",
)
def minimax_both_terms_of_fake(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_fake).mean() + F.logsigmoid(-logits_fake).mean())


# Labels, and the loss of 9-2 (d)


@bug(generator_loss_minimax, "This is the non-saturating loss of 9-2 (d); here J_G = −J_D.", sheet="9-2 (c)")
def minimax_is_nonsaturating(logits_real, logits_fake):
    return 0.5 * F.softplus(-logits_fake).mean()


@bug(
    generator_loss_minimax,
    "This is the non-saturating loss of 9-2 (d) without its ½; here J_G = −J_D.",
    sheet="9-2 (c)",
)
def minimax_is_nonsaturating_without_half(logits_real, logits_fake):
    return F.softplus(-logits_fake).mean()


@bug(
    generator_loss_minimax,
    "The term of the generated images is that of the non-saturating loss; here J_G = −J_D.",
    sheet="9-2 (c)",
)
def minimax_nonsaturating_fake_term(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_real).mean() + F.softplus(-logits_fake).mean())


@bug(
    generator_loss_minimax,
    "You swap the labels instead of the sign: that is no longer −J_D, and it does not saturate.",
    sheet="9-2 (c)",
    mistake="labels_swapped",
)
def minimax_labels_flipped(logits_real, logits_fake):
    return 0.5 * (F.softplus(logits_real).mean() + F.softplus(-logits_fake).mean())


@bug(
    generator_loss_minimax,
    "Real and generated are exchanged, the arguments or their labels.",
    sheet="9-2 (c)",
    mistake="labels_swapped",
)
def minimax_arguments_swapped(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_fake).mean() + F.logsigmoid(-logits_real).mean())


@bug(generator_loss_minimax, "You label the generated images as real, too.", sheet="9-2 (c)")
def minimax_all_labelled_real(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_real).mean() + F.logsigmoid(logits_fake).mean())


@bug(generator_loss_minimax, "You label the real images as generated, too.", sheet="9-2 (c)")
def minimax_all_labelled_fake(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(-logits_real).mean() + F.logsigmoid(-logits_fake).mean())


@bug(
    generator_loss_minimax,
    "Your real labels are 0.9 (label smoothing); J_D has 1.",
    sheet="9-2 (c)",
    mistake="smoothed_labels",
)
def minimax_smoothed_labels(logits_real, logits_fake):
    target = torch.full_like(logits_real, 0.9)
    real = F.binary_cross_entropy_with_logits(logits_real, target)
    return -0.5 * (real + F.softplus(logits_fake).mean())


@bug(
    generator_loss_minimax,
    "Your labels are 0.9 and 0.1 (label smoothing); J_D has 1 and 0.",
    sheet="9-2 (c)",
    mistake="smoothed_labels",
)
def minimax_both_labels_smoothed(logits_real, logits_fake):
    real = F.binary_cross_entropy_with_logits(logits_real, torch.full_like(logits_real, 0.9))
    fake = F.binary_cross_entropy_with_logits(logits_fake, torch.full_like(logits_fake, 0.1))
    return -0.5 * (real + fake)


# Means


@bug(
    generator_loss_minimax,
    "Your loss sums over the batch; an expectation is a mean.",
    sheet="9-2 (c)",
    mistake="sum_for_mean",
)
def minimax_sum_for_mean(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_real).sum() + F.logsigmoid(-logits_fake).sum())


@bug(
    generator_loss_minimax, "You sum over the generated images; their expectation is a mean.", sheet="9-2 (c)"
)
def minimax_sum_over_fake(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_real).mean() + F.logsigmoid(-logits_fake).sum())


@bug(generator_loss_minimax, "You sum over the real images; their expectation is a mean.", sheet="9-2 (c)")
def minimax_sum_over_real(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_real).sum() + F.logsigmoid(-logits_fake).mean())


@bug(
    generator_loss_minimax,
    "You take one mean over both batches together; with unequal sizes the two expectations get unequal weights.",
    sheet="9-2 (c)",
    mistake="joint_mean",
)
def minimax_joint_mean(logits_real, logits_fake):
    both = torch.cat([-logits_real.flatten(), logits_fake.flatten()])
    return -F.softplus(both).mean()


@bug(
    generator_loss_minimax,
    "You divide both sums by the number of real images; each mean is over its own batch.",
    sheet="9-2 (c)",
    mistake="joint_mean",
)
def minimax_divided_by_real_size(logits_real, logits_fake):
    total = F.softplus(-logits_real).sum() + F.softplus(logits_fake).sum()
    return -total / (2 * logits_real.numel())


@bug(
    generator_loss_minimax,
    "You keep the largest loss of each batch; an expectation is a mean.",
    sheet="9-2 (c)",
    mistake="max_for_mean",
)
def minimax_max_for_mean(logits_real, logits_fake):
    return -0.5 * (F.softplus(-logits_real).max() + F.softplus(logits_fake).max())


@bug(
    generator_loss_minimax,
    "You take the logarithm of the mean; the sheet has the mean of the logarithm.",
    sheet="9-2 (c)",
    mistake="log_outside_expectation",
)
def minimax_log_of_mean(logits_real, logits_fake):
    real = torch.sigmoid(logits_real).mean()
    fake = torch.sigmoid(-logits_fake).mean()
    return 0.5 * (torch.log(real) + torch.log(fake))


@bug(
    generator_loss_minimax,
    "You average the logits first; the sheet has the mean of the logarithms.",
    sheet="9-2 (c)",
    mistake="mean_first",
)
def minimax_mean_of_logits_first(logits_real, logits_fake):
    return -0.5 * (F.softplus(-logits_real.mean()) + F.softplus(logits_fake.mean()))


# The probability, other losses


@bug(
    generator_loss_minimax,
    "You apply the sigmoid twice: logsigmoid takes logits, not probabilities.",
    sheet="9-2 (c)",
    mistake="sigmoid_twice",
)
def minimax_sigmoid_twice(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return -0.5 * (F.softplus(-real).mean() + F.softplus(fake).mean())


@bug(
    generator_loss_minimax,
    "You use the logits as if they were probabilities: the sigmoid is missing.",
    sheet="9-2 (c)",
    mistake="probabilities_for_logits",
)
def minimax_without_sigmoid(logits_real, logits_fake):
    return 0.5 * (torch.log(logits_real).mean() + torch.log(1 - logits_fake).mean())


@bug(
    generator_loss_minimax,
    "The logarithms are missing: this is the mean probability of a right answer.",
    sheet="9-2 (c)",
)
def minimax_without_log(logits_real, logits_fake):
    return 0.5 * (torch.sigmoid(logits_real).mean() + torch.sigmoid(-logits_fake).mean())


@bug(
    generator_loss_minimax,
    "You use (1 + tanh(a))/2, which is the sigmoid of 2a; D is the sigmoid of a.",
    sheet="9-2 (c)",
)
def minimax_tanh_for_sigmoid(logits_real, logits_fake):
    return -0.5 * (F.softplus(-2 * logits_real).mean() + F.softplus(2 * logits_fake).mean())


@bug(
    generator_loss_minimax,
    "Your logarithm has base 2; the loss is in nats.",
    sheet="9-2 (c)",
    mistake="log_base",
)
def minimax_in_bits(logits_real, logits_fake):
    nats = 0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())
    return -nats / torch.log(torch.tensor(2.0))


@bug(
    generator_loss_minimax,
    "This is the Wasserstein generator's loss; here J_G = −J_D.",
    sheet="9-2 (c)",
    mistake="another_gan",
)
def minimax_wasserstein(logits_real, logits_fake):
    return -logits_fake.mean()


@bug(
    generator_loss_minimax,
    "This is the Wasserstein critic's loss with the opposite sign; J_G = −J_D has logarithms of D.",
    sheet="9-2 (c)",
    mistake="another_gan",
)
def minimax_wasserstein_critic(logits_real, logits_fake):
    return logits_real.mean() - logits_fake.mean()


@bug(
    generator_loss_minimax,
    "This is the hinge loss with the opposite sign; J_G = −J_D has logarithms of D.",
    sheet="9-2 (c)",
    mistake="another_gan",
)
def minimax_hinge(logits_real, logits_fake):
    return -F.relu(1 - logits_real).mean() - F.relu(1 + logits_fake).mean()


@bug(
    generator_loss_minimax,
    "This is the least-squares generator's loss; here J_G = −J_D.",
    sheet="9-2 (c)",
    mistake="another_gan",
)
def minimax_least_squares(logits_real, logits_fake):
    return 0.5 * ((logits_fake - 1) ** 2).mean()


@bug(
    generator_loss_minimax,
    "This is the relativistic loss: you compare each logit with the mean of the other batch.",
    sheet="9-2 (c)",
    mistake="another_gan",
)
def minimax_relativistic(logits_real, logits_fake):
    real, fake = logits_real - logits_fake.mean(), logits_fake - logits_real.mean()
    return -0.5 * (F.softplus(-real).mean() + F.softplus(fake).mean())


# Gradients, types, precision


@bug(
    generator_loss_minimax,
    "The generated logits are detached: no gradient reaches G.",
    sheet="9-2 (c)",
    mistake="detached",
)
def minimax_fake_detached(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_real).mean() + F.logsigmoid(-logits_fake.detach()).mean())


@bug(
    generator_loss_minimax,
    "Your value is right, but it is detached: no gradient reaches G.",
    sheet="9-2 (c)",
    mistake="detached",
)
def minimax_detached(logits_real, logits_fake):
    with torch.no_grad():
        return 0.5 * (F.logsigmoid(logits_real).mean() + F.logsigmoid(-logits_fake).mean())


@bug(
    generator_loss_minimax,
    "You make a new tensor of the value: no gradient reaches G.",
    sheet="9-2 (c)",
    mistake="detached",
)
def minimax_new_tensor(logits_real, logits_fake):
    loss = -0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())
    return torch.tensor(loss.item())


@bug(
    generator_loss_minimax,
    "You return a Python number: a tensor is asked for, with its gradient.",
    sheet="9-2 (c)",
    mistake="python_numbers",
)
def minimax_python_number(logits_real, logits_fake):
    return -(0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())).item()


@bug(
    generator_loss_minimax,
    "You compute in float16, which has three digits.",
    sheet="9-2 (c)",
    mistake="half_precision",
)
def minimax_half_precision(logits_real, logits_fake):
    return -0.5 * (F.softplus(-logits_real.half()).mean() + F.softplus(logits_fake.half()).mean())


@bug(
    generator_loss_minimax,
    "You change logits_fake in place: the caller's tensor is overwritten.",
    sheet="9-2 (c)",
    mistake="in_place",
)
def minimax_in_place(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_real).mean() + F.logsigmoid(logits_fake.neg_()).mean())


# Extreme logits


@bug(
    generator_loss_minimax,
    "log(1 − sigmoid(a)) is −inf once sigmoid(a) rounds to 1 (a = 17 in float32): combine the two into logsigmoid or softplus.",
    sheet="9-2 (c)",
    mistake="naive_log",
)
def minimax_naive_log(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return 0.5 * (torch.log(real).mean() + torch.log(1 - fake).mean())


@bug(
    generator_loss_minimax,
    "log(sigmoid(a)) of the real logits is −inf once sigmoid(a) rounds to 0 (a = −89 in float32).",
    sheet="9-2 (c)",
    mistake="naive_log",
)
def minimax_naive_log_of_real(logits_real, logits_fake):
    return 0.5 * (torch.log(torch.sigmoid(logits_real)).mean() - F.softplus(logits_fake).mean())


@bug(
    generator_loss_minimax,
    "log(1 − sigmoid(a)) of the generated logits is −inf once sigmoid(a) rounds to 1 (a = 17 in float32).",
    sheet="9-2 (c)",
    mistake="naive_log",
)
def minimax_naive_log_of_fake(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_real).mean() + torch.log(1 - torch.sigmoid(logits_fake)).mean())


@bug(
    generator_loss_minimax,
    "You compute log(1 + eᵃ) literally, as soft_margin_loss does too: eᵃ overflows beyond a = 89 in float32.",
    sheet="9-2 (c)",
    mistake="exp_overflow",
)
def minimax_exp_overflow(logits_real, logits_fake):
    real, fake = torch.exp(-logits_real), torch.exp(logits_fake)
    return -0.5 * (torch.log(1 + real).mean() + torch.log(1 + fake).mean())


@bug(
    generator_loss_minimax,
    "You write the sigmoid as eᵃ/(1 + eᵃ): beyond a = 89 in float32 that is ∞/∞ = nan.",
    sheet="9-2 (c)",
    mistake="exp_overflow",
)
def minimax_sigmoid_by_hand(logits_real, logits_fake):
    real = torch.exp(logits_real) / (1 + torch.exp(logits_real))
    fake = torch.exp(logits_fake) / (1 + torch.exp(logits_fake))
    return 0.5 * (torch.log(real).mean() + torch.log(1 - fake).mean())


@bug(
    generator_loss_minimax,
    "The small number inside your logarithm keeps it finite but makes value and gradient wrong where D is fooled.",
    sheet="9-2 (c)",
    mistake="epsilon_in_log",
)
def minimax_epsilon_in_log(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return 0.5 * (torch.log(real + 1e-8).mean() + torch.log(1 - fake + 1e-8).mean())


@bug(
    generator_loss_minimax,
    "The small number inside your logarithm keeps it finite but makes value and gradient wrong where D is fooled.",
    sheet="9-2 (c)",
    mistake="epsilon_in_log",
)
def minimax_small_epsilon_in_log(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return 0.5 * (torch.log(real + 1e-6).mean() + torch.log(1 - fake + 1e-6).mean())


@bug(
    generator_loss_minimax,
    "The number that you add inside the logarithm changes value and gradient everywhere.",
    sheet="9-2 (c)",
    mistake="epsilon_in_log",
)
def minimax_large_epsilon_in_log(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return 0.5 * (torch.log(real + 1e-3).mean() + torch.log(1 - fake + 1e-3).mean())


@bug(
    generator_loss_minimax,
    "The small number inside the logarithm of the real term makes the value wrong where D rejects real images.",
    sheet="9-2 (c)",
    mistake="epsilon_in_log",
)
def minimax_epsilon_in_log_of_real(logits_real, logits_fake):
    return 0.5 * (torch.log(torch.sigmoid(logits_real) + 1e-8).mean() + F.logsigmoid(-logits_fake).mean())


@bug(
    generator_loss_minimax,
    "The small number inside the logarithm of the generated term makes value and gradient wrong where D is fooled.",
    sheet="9-2 (c)",
    mistake="epsilon_in_log",
)
def minimax_epsilon_in_log_of_fake(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_real).mean() + torch.log(1 - torch.sigmoid(logits_fake) + 1e-8).mean())


@bug(
    generator_loss_minimax,
    "binary_cross_entropy on probabilities cuts the logarithm off at −100 and its gradient to 0: use the logits.",
    sheet="9-2 (c)",
    mistake="naive_log",
)
def minimax_bce_on_probabilities(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    loss_real = F.binary_cross_entropy(real, torch.ones_like(real))
    loss_fake = F.binary_cross_entropy(fake, torch.zeros_like(fake))
    return -(loss_real + loss_fake) / 2


@bug(
    generator_loss_minimax,
    "You clamp the logits: beyond the clamp the gradient is 0, not −sigmoid(a)/(2M).",
    sheet="9-2 (c)",
    mistake="clamped",
)
def minimax_clamped_logits(logits_real, logits_fake):
    real, fake = logits_real.clamp(-10, 10), logits_fake.clamp(-10, 10)
    return 0.5 * (F.logsigmoid(real).mean() + F.logsigmoid(-fake).mean())


@bug(
    generator_loss_minimax,
    "You clamp the logits to ±20: beyond, the value is wrong and the gradient 0.",
    sheet="9-2 (c)",
    mistake="clamped",
)
def minimax_clamped_logits_at_20(logits_real, logits_fake):
    real, fake = logits_real.clamp(-20, 20), logits_fake.clamp(-20, 20)
    return 0.5 * (F.logsigmoid(real).mean() + F.logsigmoid(-fake).mean())


@bug(
    generator_loss_minimax,
    "You clamp the logits to ±50: beyond, the value is wrong and the gradient 0.",
    sheet="9-2 (c)",
    mistake="clamped",
)
def minimax_clamped_logits_at_50(logits_real, logits_fake):
    real, fake = logits_real.clamp(-50, 50), logits_fake.clamp(-50, 50)
    return 0.5 * (F.logsigmoid(real).mean() + F.logsigmoid(-fake).mean())


@bug(
    generator_loss_minimax,
    "You cut off at 100, the logits or the logarithm: beyond, the value is wrong and the gradient 0.",
    sheet="9-2 (c)",
    mistake="clamped",
)
def minimax_clamped_logits_at_100(logits_real, logits_fake):
    real, fake = logits_real.clamp(-100, 100), logits_fake.clamp(-100, 100)
    return 0.5 * (F.logsigmoid(real).mean() + F.logsigmoid(-fake).mean())


@bug(
    generator_loss_minimax,
    "You clamp the real logits to ±30: beyond, the value is wrong.",
    sheet="9-2 (c)",
    mistake="clamped",
)
def minimax_clamped_real_logits(logits_real, logits_fake):
    real = logits_real.clamp(-30, 30)
    return 0.5 * (F.logsigmoid(real).mean() + F.logsigmoid(-logits_fake).mean())


@bug(
    generator_loss_minimax,
    "You clamp the probabilities: where D is fooled, or rejects all, the gradient is 0.",
    sheet="9-2 (c)",
    mistake="clamped",
)
def minimax_clamped_probabilities(logits_real, logits_fake):
    real = torch.sigmoid(logits_real).clamp(1e-7, 1 - 1e-7)
    fake = torch.sigmoid(logits_fake).clamp(1e-7, 1 - 1e-7)
    return 0.5 * (torch.log(real).mean() + torch.log(1 - fake).mean())


@bug(
    generator_loss_minimax,
    "You clamp the loss at −50: beyond, the value is wrong and the gradient 0.",
    sheet="9-2 (c)",
    mistake="clamped",
)
def minimax_clamped_result(logits_real, logits_fake):
    loss = -0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())
    return loss.clamp(min=-50)


@bug(
    generator_loss_minimax,
    "You put a straight line for log(1 + eᵃ) from a = 5 on, where that is not yet exact.",
    sheet="9-2 (c)",
)
def minimax_straight_line_too_soon(logits_real, logits_fake):
    softplus = nn.Softplus(threshold=5)
    return -0.5 * (softplus(-logits_real).mean() + softplus(logits_fake).mean())


# Shapes


@bug(
    generator_loss_minimax,
    "Your loss is not reduced: it should be one number, the mean over each batch.",
    sheet="9-2 (c)",
    mistake="not_reduced",
)
def minimax_not_reduced(logits_real, logits_fake):
    size = min(logits_real.shape[0], logits_fake.shape[0])
    return -0.5 * (F.softplus(-logits_real[:size]) + F.softplus(logits_fake[:size]))


@bug(
    generator_loss_minimax,
    "Your loss has the shape (1,): a loss is one number without axes.",
    sheet="9-2 (c)",
    mistake="kept_axis",
)
def minimax_one_entry(logits_real, logits_fake):
    return -0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean()).reshape(1)


@bug(
    generator_loss_minimax,
    "Your mean is over the first axis only: logits of shape (N, 1) give a loss of shape (1,).",
    sheet="9-2 (c)",
)
def minimax_mean_over_first_axis(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_real).mean(0) + F.logsigmoid(-logits_fake).mean(0))


@bug(
    generator_loss_minimax,
    "You squeeze the logits: a batch of one image loses its only axis.",
    sheet="9-2 (c)",
    mistake="squeezed",
)
def minimax_squeezed(logits_real, logits_fake):
    real, fake = logits_real.squeeze(), logits_fake.squeeze()
    loss_real = torch.stack([F.softplus(-a) for a in real]).mean()
    return -0.5 * (loss_real + torch.stack([F.softplus(a) for a in fake]).mean())


@bug(
    generator_loss_minimax,
    "Your targets have the shape (N,) whatever the logits have: logits of shape (N, 1) do not fit.",
    sheet="9-2 (c)",
)
def minimax_flat_targets(logits_real, logits_fake):
    real = F.binary_cross_entropy_with_logits(logits_real, logits_real.new_ones(len(logits_real)))
    fake = F.binary_cross_entropy_with_logits(logits_fake, logits_fake.new_zeros(len(logits_fake)))
    return -0.5 * (real + fake)


@bug(
    generator_loss_minimax,
    "You stop at the end of the smaller batch: the other images of the larger one are left out.",
    sheet="9-2 (c)",
    mistake="equal_batches",
)
def minimax_truncated_batches(logits_real, logits_fake):
    pairs = list(zip(logits_real.flatten(), logits_fake.flatten()))  # noqa: B905
    return -sum(F.softplus(-r) + F.softplus(f) for r, f in pairs) / (2 * len(pairs))


@bug(
    generator_loss_minimax,
    "You add the two batches image by image, which needs as many real as generated images.",
    sheet="9-2 (c)",
    mistake="equal_batches",
)
def minimax_equal_batches(logits_real, logits_fake):
    return -0.5 * (F.softplus(-logits_real) + F.softplus(logits_fake)).mean()


# 9-2 (d): −½ E[log D(G(z))]

# Factors, signs, labels


@bug(generator_loss_nonsaturating, "The factor ½ is missing.", sheet="9-2 (d)", mistake="missing_half")
def nonsaturating_without_half(logits_fake):
    return F.softplus(-logits_fake).mean()


@bug(
    generator_loss_nonsaturating,
    "Your loss is half of what it should be: the factor ½ comes in twice.",
    sheet="9-2 (d)",
)
def nonsaturating_half_twice(logits_fake):
    return 0.25 * F.softplus(-logits_fake).mean()


@bug(
    generator_loss_nonsaturating,
    "The sign is wrong: G would be rewarded for being caught.",
    sheet="9-2 (d)",
    mistake="negated",
)
def nonsaturating_wrong_sign(logits_fake):
    return 0.5 * F.logsigmoid(logits_fake).mean()


@bug(generator_loss_nonsaturating, "Your loss is 1 minus the loss of the sheet.", sheet="9-2 (d)")
def nonsaturating_one_minus(logits_fake):
    return 1 - 0.5 * F.softplus(-logits_fake).mean()


@bug(
    generator_loss_nonsaturating,
    "This is ½ E[log(1 − D(G(z)))], the saturating loss of 9-2 (c).",
    sheet="9-2 (d)",
)
def nonsaturating_is_saturating(logits_fake):
    return 0.5 * F.logsigmoid(-logits_fake).mean()


@bug(
    generator_loss_nonsaturating,
    "This is E[log(1 − D(G(z)))], the saturating loss of 9-2 (c) without its ½.",
    sheet="9-2 (d)",
)
def nonsaturating_is_saturating_without_half(logits_fake):
    return F.logsigmoid(-logits_fake).mean()


@bug(
    generator_loss_nonsaturating,
    "This is −½ E[log(1 − D(G(z)))]: G would learn to be caught. The label of its images is 1 here.",
    sheet="9-2 (d)",
    mistake="labels_swapped",
)
def nonsaturating_label_fake(logits_fake):
    return 0.5 * F.softplus(logits_fake).mean()


@bug(
    generator_loss_nonsaturating,
    "This is −E[log(1 − D(G(z)))]: G would learn to be caught, and the ½ is missing.",
    sheet="9-2 (d)",
)
def nonsaturating_label_fake_without_half(logits_fake):
    return F.softplus(logits_fake).mean()


@bug(
    generator_loss_nonsaturating,
    "You add the losses of both labels; here the label of generated images is 1.",
    sheet="9-2 (d)",
)
def nonsaturating_both_labels(logits_fake):
    return 0.5 * (F.softplus(-logits_fake).mean() + F.softplus(logits_fake).mean())


@bug(
    generator_loss_nonsaturating,
    "Your label is 0.9 (label smoothing); here it is 1.",
    sheet="9-2 (d)",
    mistake="smoothed_labels",
)
def nonsaturating_smoothed_labels(logits_fake):
    target = torch.full_like(logits_fake, 0.9)
    return 0.5 * F.binary_cross_entropy_with_logits(logits_fake, target)


@bug(
    generator_loss_nonsaturating,
    "Your labels are drawn at random; nothing in this loss is random.",
    sheet="9-2 (d)",
    mistake="smoothed_labels",
)
def nonsaturating_noisy_labels(logits_fake):
    target = torch.empty(()).uniform_(0.6, 0.9).to(logits_fake.dtype)
    return 0.5 * F.binary_cross_entropy_with_logits(logits_fake, target.expand_as(logits_fake))


# Means


@bug(
    generator_loss_nonsaturating,
    "Your loss sums over the batch; an expectation is a mean.",
    sheet="9-2 (d)",
    mistake="sum_for_mean",
)
def nonsaturating_sum_for_mean(logits_fake):
    return 0.5 * F.softplus(-logits_fake).sum()


@bug(
    generator_loss_nonsaturating,
    "You divide by M − 1; the mean of M numbers is their sum divided by M.",
    sheet="9-2 (d)",
)
def nonsaturating_divided_by_n_minus_one(logits_fake):
    return 0.5 * F.softplus(-logits_fake).sum() / (logits_fake.numel() - 1)


@bug(
    generator_loss_nonsaturating,
    "You keep the largest loss of the batch; an expectation is a mean.",
    sheet="9-2 (d)",
    mistake="max_for_mean",
)
def nonsaturating_max_for_mean(logits_fake):
    return 0.5 * F.softplus(-logits_fake).max()


@bug(
    generator_loss_nonsaturating,
    "You take the median of the batch; an expectation is a mean.",
    sheet="9-2 (d)",
)
def nonsaturating_median_for_mean(logits_fake):
    return 0.5 * F.softplus(-logits_fake).median()


@bug(
    generator_loss_nonsaturating,
    "You take the logarithm of the mean; the sheet has the mean of the logarithm.",
    sheet="9-2 (d)",
    mistake="log_outside_expectation",
)
def nonsaturating_log_of_mean(logits_fake):
    return -0.5 * torch.log(torch.sigmoid(logits_fake).mean())


@bug(
    generator_loss_nonsaturating,
    "You average the logits first; the sheet has the mean of the logarithms.",
    sheet="9-2 (d)",
    mistake="mean_first",
)
def nonsaturating_mean_of_logits_first(logits_fake):
    return 0.5 * F.softplus(-logits_fake.mean())


# The probability, other losses


@bug(generator_loss_nonsaturating, "The logarithm is missing.", sheet="9-2 (d)")
def nonsaturating_without_log(logits_fake):
    return -0.5 * torch.sigmoid(logits_fake).mean()


@bug(
    generator_loss_nonsaturating,
    "You minimise the mean probability that D rejects the images; the loss is the mean of a logarithm.",
    sheet="9-2 (d)",
)
def nonsaturating_probability_of_rejection(logits_fake):
    return 0.5 * torch.sigmoid(-logits_fake).mean()


@bug(
    generator_loss_nonsaturating,
    "You apply the sigmoid twice: binary_cross_entropy_with_logits takes logits, not probabilities.",
    sheet="9-2 (d)",
    mistake="sigmoid_twice",
)
def nonsaturating_sigmoid_twice(logits_fake):
    return 0.5 * F.softplus(-torch.sigmoid(logits_fake)).mean()


@bug(
    generator_loss_nonsaturating,
    "You use the logits as if they were probabilities: the sigmoid is missing.",
    sheet="9-2 (d)",
    mistake="probabilities_for_logits",
)
def nonsaturating_without_sigmoid(logits_fake):
    return -0.5 * torch.log(logits_fake).mean()


@bug(
    generator_loss_nonsaturating,
    "The exponential is missing in your sigmoid: you compute log(1 − a) for log(1 + e⁻ᵃ).",
    sheet="9-2 (d)",
)
def nonsaturating_without_exponential(logits_fake):
    return 0.5 * torch.log(1 - logits_fake).mean()


@bug(
    generator_loss_nonsaturating,
    "Your softmax compares the images of the batch with each other; D judges each image alone, by a sigmoid.",
    sheet="9-2 (d)",
)
def nonsaturating_softmax_over_batch(logits_fake):
    return -0.5 * F.log_softmax(logits_fake.flatten(), dim=0).mean()


@bug(
    generator_loss_nonsaturating,
    "You use (1 + tanh(a))/2, which is the sigmoid of 2a; D is the sigmoid of a.",
    sheet="9-2 (d)",
)
def nonsaturating_tanh_for_sigmoid(logits_fake):
    return 0.5 * F.softplus(-2 * logits_fake).mean()


@bug(
    generator_loss_nonsaturating,
    "Your logarithm has base 2; the loss is in nats.",
    sheet="9-2 (d)",
    mistake="log_base",
)
def nonsaturating_in_bits(logits_fake):
    return 0.5 * F.softplus(-logits_fake).mean() / torch.log(torch.tensor(2.0))


@bug(
    generator_loss_nonsaturating,
    "You take the absolute value of the logits: their sign says what D believes.",
    sheet="9-2 (d)",
)
def nonsaturating_absolute_logits(logits_fake):
    return 0.5 * F.softplus(-logits_fake.abs()).mean()


@bug(
    generator_loss_nonsaturating,
    "You apply ReLU to the logits: where D rejects the image G learns nothing.",
    sheet="9-2 (d)",
)
def nonsaturating_rectified_logits(logits_fake):
    return 0.5 * F.softplus(-F.relu(logits_fake)).mean()


@bug(
    generator_loss_nonsaturating,
    "This is the Wasserstein generator's loss; the sheet has the mean of the logarithm of D.",
    sheet="9-2 (d)",
    mistake="another_gan",
)
def nonsaturating_wasserstein(logits_fake):
    return -logits_fake.mean()


@bug(
    generator_loss_nonsaturating,
    "This is a hinge loss; the sheet has the mean of the logarithm of D.",
    sheet="9-2 (d)",
    mistake="another_gan",
)
def nonsaturating_hinge(logits_fake):
    return 0.5 * F.relu(1 - logits_fake).mean()


@bug(
    generator_loss_nonsaturating,
    "This is the least-squares generator's loss; the sheet has the mean of the logarithm of D.",
    sheet="9-2 (d)",
    mistake="another_gan",
)
def nonsaturating_least_squares(logits_fake):
    return 0.5 * ((logits_fake - 1) ** 2).mean()


@bug(
    generator_loss_nonsaturating,
    "This is the squared error of D's probabilities; the sheet has the mean of their logarithms.",
    sheet="9-2 (d)",
)
def nonsaturating_squared_error(logits_fake):
    return 0.5 * ((torch.sigmoid(logits_fake) - 1) ** 2).mean()


# Gradients, types, precision


@bug(
    generator_loss_nonsaturating,
    "The logits are detached: no gradient reaches G.",
    sheet="9-2 (d)",
    mistake="detached",
)
def nonsaturating_detached(logits_fake):
    return 0.5 * F.softplus(-logits_fake.detach()).mean()


@bug(
    generator_loss_nonsaturating,
    "You make a new tensor of the value: no gradient reaches G.",
    sheet="9-2 (d)",
    mistake="detached",
)
def nonsaturating_new_tensor(logits_fake):
    return torch.tensor(0.5 * F.softplus(-logits_fake).mean().item())


@bug(
    generator_loss_nonsaturating,
    "You return a Python number: a tensor is asked for, with its gradient.",
    sheet="9-2 (d)",
    mistake="python_numbers",
)
def nonsaturating_python_number(logits_fake):
    return 0.5 * F.softplus(-logits_fake).mean().item()


@bug(
    generator_loss_nonsaturating,
    "You compute in float16, which has three digits.",
    sheet="9-2 (d)",
    mistake="half_precision",
)
def nonsaturating_half_precision(logits_fake):
    return 0.5 * F.softplus(-logits_fake.half()).mean()


@bug(
    generator_loss_nonsaturating,
    "You compute in bfloat16, which has two digits.",
    sheet="9-2 (d)",
    mistake="half_precision",
)
def nonsaturating_bfloat16(logits_fake):
    return 0.5 * F.softplus(-logits_fake.bfloat16()).mean().to(logits_fake.dtype)


@bug(
    generator_loss_nonsaturating,
    "You change logits_fake in place: the caller's tensor is overwritten.",
    sheet="9-2 (d)",
    mistake="in_place",
)
def nonsaturating_in_place(logits_fake):
    return 0.5 * F.softplus(logits_fake.neg_()).mean()


# Extreme logits


@bug(
    generator_loss_nonsaturating,
    "log(sigmoid(a)), or log(1 + e⁻ᵃ) as it stands, is infinite beyond a = −89 in float32: combine the two into logsigmoid or softplus.",
    sheet="9-2 (d)",
    mistake="naive_log",
)
def nonsaturating_naive_log(logits_fake):
    return -0.5 * torch.log(torch.sigmoid(logits_fake)).mean()


@bug(
    generator_loss_nonsaturating,
    "log(1 − sigmoid(−a)) is −inf once sigmoid(−a) rounds to 1 (a = −17 in float32): combine the two into logsigmoid.",
    sheet="9-2 (d)",
    mistake="naive_log",
)
def nonsaturating_naive_log_of_complement(logits_fake):
    return -0.5 * torch.log(1 - torch.sigmoid(-logits_fake)).mean()


@bug(
    generator_loss_nonsaturating,
    "You compute log(1 + eᵃ) − a literally: eᵃ overflows beyond a = 89 in float32.",
    sheet="9-2 (d)",
    mistake="exp_overflow",
)
def nonsaturating_exp_overflow(logits_fake):
    return 0.5 * (torch.log(1 + torch.exp(logits_fake)) - logits_fake).mean()


@bug(
    generator_loss_nonsaturating,
    "You write the sigmoid as eᵃ/(1 + eᵃ): beyond a = 89 in float32 that is ∞/∞ = nan.",
    sheet="9-2 (d)",
    mistake="exp_overflow",
)
def nonsaturating_sigmoid_by_hand(logits_fake):
    return -0.5 * torch.log(torch.exp(logits_fake) / (1 + torch.exp(logits_fake))).mean()


@bug(
    generator_loss_nonsaturating,
    "The small number inside your logarithm keeps it finite but takes away the gradient where D rejects the image.",
    sheet="9-2 (d)",
    mistake="epsilon_in_log",
)
def nonsaturating_epsilon_in_log(logits_fake):
    return -0.5 * torch.log(torch.sigmoid(logits_fake) + 1e-8).mean()


@bug(
    generator_loss_nonsaturating,
    "The small number inside your logarithm keeps it finite but takes away the gradient where D rejects the image.",
    sheet="9-2 (d)",
    mistake="epsilon_in_log",
)
def nonsaturating_tiny_epsilon_in_log(logits_fake):
    return -0.5 * torch.log(torch.sigmoid(logits_fake) + 1e-12).mean()


@bug(
    generator_loss_nonsaturating,
    "The small number inside your logarithm keeps it finite but takes away the gradient where D rejects the image.",
    sheet="9-2 (d)",
    mistake="epsilon_in_log",
)
def nonsaturating_small_epsilon_in_log(logits_fake):
    return -0.5 * torch.log(torch.sigmoid(logits_fake) + 1e-6).mean()


@bug(
    generator_loss_nonsaturating,
    "The number that you add inside the logarithm changes value and gradient everywhere.",
    sheet="9-2 (d)",
    mistake="epsilon_in_log",
)
def nonsaturating_large_epsilon_in_log(logits_fake):
    return -0.5 * torch.log(torch.sigmoid(logits_fake) + 1e-3).mean()


@bug(
    generator_loss_nonsaturating,
    "binary_cross_entropy on probabilities cuts the logarithm off at −100 and its gradient to 0: use the logits.",
    sheet="9-2 (d)",
    mistake="naive_log",
)
def nonsaturating_bce_on_probabilities(logits_fake):
    probability = torch.sigmoid(logits_fake)
    return F.binary_cross_entropy(probability, torch.ones_like(probability)) / 2


@bug(
    generator_loss_nonsaturating,
    "You clamp the logits to ±10: beyond, the value is wrong and the gradient 0.",
    sheet="9-2 (d)",
    mistake="clamped",
)
def nonsaturating_clamped_logits(logits_fake):
    return 0.5 * F.softplus(-logits_fake.clamp(-10, 10)).mean()


@bug(
    generator_loss_nonsaturating,
    "You clamp the logits to ±20: beyond, the value is wrong and the gradient 0.",
    sheet="9-2 (d)",
    mistake="clamped",
)
def nonsaturating_clamped_logits_at_20(logits_fake):
    return 0.5 * F.softplus(-logits_fake.clamp(-20, 20)).mean()


@bug(
    generator_loss_nonsaturating,
    "You clamp the logits to ±50: beyond, the value is wrong and the gradient 0.",
    sheet="9-2 (d)",
    mistake="clamped",
)
def nonsaturating_clamped_logits_at_50(logits_fake):
    return 0.5 * F.softplus(-logits_fake.clamp(-50, 50)).mean()


@bug(
    generator_loss_nonsaturating,
    "You cut off at 100, the logits or the logarithm: beyond, the value is wrong and the gradient 0.",
    sheet="9-2 (d)",
    mistake="clamped",
)
def nonsaturating_clamped_logits_at_100(logits_fake):
    return 0.5 * F.softplus(-logits_fake.clamp(-100, 100)).mean()


@bug(
    generator_loss_nonsaturating,
    "You clamp the probabilities: where D rejects the image the gradient is 0.",
    sheet="9-2 (d)",
    mistake="clamped",
)
def nonsaturating_clamped_probabilities(logits_fake):
    return -0.5 * torch.log(torch.sigmoid(logits_fake).clamp(min=1e-7)).mean()


@bug(
    generator_loss_nonsaturating,
    "You clamp the probabilities to [0.01, 0.99]: where D rejects the image the gradient is 0.",
    sheet="9-2 (d)",
    mistake="clamped",
)
def nonsaturating_probabilities_clamped_at_one_percent(logits_fake):
    return -0.5 * torch.log(torch.sigmoid(logits_fake).clamp(0.01, 0.99)).mean()


@bug(
    generator_loss_nonsaturating,
    "You clamp the loss at 20: beyond, the value is wrong and the gradient 0.",
    sheet="9-2 (d)",
    mistake="clamped",
)
def nonsaturating_clamped_result(logits_fake):
    return (0.5 * F.softplus(-logits_fake).mean()).clamp(max=20)


@bug(
    generator_loss_nonsaturating,
    "You put a straight line for log(1 + eᵃ) from a = 5 on, where that is not yet exact.",
    sheet="9-2 (d)",
)
def nonsaturating_straight_line_too_soon(logits_fake):
    softplus = nn.Softplus(threshold=5)
    return 0.5 * softplus(-logits_fake).mean()


# Shapes


@bug(
    generator_loss_nonsaturating,
    "Your loss is not reduced: it should be one number, the mean.",
    sheet="9-2 (d)",
    mistake="not_reduced",
)
def nonsaturating_not_reduced(logits_fake):
    return 0.5 * F.softplus(-logits_fake)


@bug(
    generator_loss_nonsaturating,
    "Your loss has the shape (1,): a loss is one number without axes.",
    sheet="9-2 (d)",
    mistake="kept_axis",
)
def nonsaturating_one_entry(logits_fake):
    return 0.5 * F.softplus(-logits_fake).mean().reshape(1)


@bug(
    generator_loss_nonsaturating,
    "Your mean is over the first axis only: logits of shape (M, 1) give a loss of shape (1,).",
    sheet="9-2 (d)",
)
def nonsaturating_mean_over_first_axis(logits_fake):
    return 0.5 * F.softplus(-logits_fake).mean(0)


@bug(
    generator_loss_nonsaturating,
    "You squeeze the logits: a batch of one image loses its only axis.",
    sheet="9-2 (d)",
    mistake="squeezed",
)
def nonsaturating_squeezed(logits_fake):
    return 0.5 * torch.stack([F.softplus(-a) for a in logits_fake.squeeze()]).mean()


@bug(
    generator_loss_nonsaturating,
    "Your targets have the shape (M,) whatever the logits have: logits of shape (M, 1) do not fit.",
    sheet="9-2 (d)",
)
def nonsaturating_flat_targets(logits_fake):
    target = logits_fake.new_ones(len(logits_fake))
    return 0.5 * F.binary_cross_entropy_with_logits(logits_fake, target)


@bug(
    discriminator_loss,
    "You use the logits as if they were probabilities, cut off at 1e-6 and 1 − 1e-6: the sigmoid is missing.",
    sheet="9-2 (b)",
    mistake="probabilities_for_logits",
)
def discriminator_logits_as_probabilities_cut_at_1e_6(logits_real, logits_fake):
    real, fake = logits_real.clamp(1e-6, 1 - 1e-6), logits_fake.clamp(1e-6, 1 - 1e-6)
    return -torch.log(real).mean() / 2 - torch.log(1 - fake).mean() / 2


@bug(
    generator_loss_nonsaturating,
    "You use the logits as if they were probabilities, cut off at 1e-6: the sigmoid is missing.",
    sheet="9-2 (d)",
    mistake="probabilities_for_logits",
)
def nonsaturating_logits_as_probabilities_cut_at_1e_6(logits_fake):
    return -torch.log(logits_fake.clamp(1e-6, 1)).mean() / 2


@bug(
    discriminator_loss,
    "You use the logits as if they were probabilities, cut off at 1e-8 and 1 − 1e-8: the sigmoid is missing.",
    sheet="9-2 (b)",
    mistake="probabilities_for_logits",
)
def discriminator_logits_as_probabilities_cut_at_1e_8(logits_real, logits_fake):
    real, fake = logits_real.clamp(1e-8, 1 - 1e-8), logits_fake.clamp(1e-8, 1 - 1e-8)
    return -torch.log(real).mean() / 2 - torch.log(1 - fake).mean() / 2


@bug(
    generator_loss_nonsaturating,
    "You use the logits as if they were probabilities, cut off at 1e-8: the sigmoid is missing.",
    sheet="9-2 (d)",
    mistake="probabilities_for_logits",
)
def nonsaturating_logits_as_probabilities_cut_at_1e_8(logits_fake):
    return -torch.log(logits_fake.clamp(1e-8, 1)).mean() / 2


@bug(
    discriminator_loss,
    "You use the logits as if they were probabilities, cut off at 1e-10 and 1 − 1e-10: the sigmoid is missing.",
    sheet="9-2 (b)",
    mistake="probabilities_for_logits",
)
def discriminator_logits_as_probabilities_cut_at_1e_10(logits_real, logits_fake):
    real, fake = logits_real.clamp(1e-10, 1 - 1e-10), logits_fake.clamp(1e-10, 1 - 1e-10)
    return -torch.log(real).mean() / 2 - torch.log(1 - fake).mean() / 2


@bug(
    generator_loss_nonsaturating,
    "You use the logits as if they were probabilities, cut off at 1e-10: the sigmoid is missing.",
    sheet="9-2 (d)",
    mistake="probabilities_for_logits",
)
def nonsaturating_logits_as_probabilities_cut_at_1e_10(logits_fake):
    return -torch.log(logits_fake.clamp(1e-10, 1)).mean() / 2


@bug(discriminator_loss, "You take 1 − log D(G(z)); the sheet has log(1 − D(G(z))).", sheet="9-2 (b)")
def discriminator_one_minus_log(logits_real, logits_fake):
    return -F.logsigmoid(logits_real).mean() / 2 - (1 - F.logsigmoid(logits_fake)).mean() / 2


@bug(generator_loss_minimax, "Your loss is 1/J_D; the sheet has −J_D.", sheet="9-2 (c)")
def minimax_inverse(logits_real, logits_fake):
    return 2 / (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())


@bug(
    generator_loss_minimax,
    "You cut the loss off at −100: where D is fooled by more, the value is wrong and G gets no gradient.",
    sheet="9-2 (c)",
    mistake="clamped",
)
def minimax_loss_cut_at_100(logits_real, logits_fake):
    loss = (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean()) / 2
    return -loss.clamp(max=100.0)


@bug(
    discriminator_loss,
    "You cut the loss off at 100: where D is wrong by more, it gets no gradient.",
    sheet="9-2 (b)",
    mistake="clamped",
)
def discriminator_loss_cut_at_100(logits_real, logits_fake):
    loss = (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean()) / 2
    return loss.clamp(max=100.0)


@bug(
    generator_loss_nonsaturating,
    "You cut the loss off at 100: where D rejects the images by more, G gets no gradient.",
    sheet="9-2 (d)",
    mistake="clamped",
)
def nonsaturating_loss_cut_at_100(logits_fake):
    return (F.softplus(-logits_fake).mean() / 2).clamp(max=100.0)


@bug(
    discriminator_loss,
    "You change logits_fake in place: the caller's tensor is overwritten, and its gradient has the wrong sign.",
    sheet="9-2 (b)",
    mistake="in_place",
)
def discriminator_fake_negated_in_place(logits_real, logits_fake):
    with torch.no_grad():
        logits_fake.neg_()
    return -F.logsigmoid(logits_real).mean() / 2 - F.logsigmoid(logits_fake).mean() / 2


@bug(
    discriminator_loss,
    "You divide by a fixed batch size of 64; each mean is over its own batch.",
    sheet="9-2 (b)",
)
def discriminator_divided_by_64(logits_real, logits_fake):
    return (F.softplus(-logits_real).sum() + F.softplus(logits_fake).sum()) / (2 * 64)


@bug(
    discriminator_loss,
    "Your labels of the generated images have the shape of the real batch: with another number of images they do not fit.",
    sheet="9-2 (b)",
    mistake="equal_batches",
)
def discriminator_zeros_of_the_real_batch(logits_real, logits_fake):
    bce = nn.BCEWithLogitsLoss()
    return (
        bce(logits_real, torch.ones_like(logits_real)) + bce(logits_fake, torch.zeros_like(logits_real))
    ) / 2


@bug(
    generator_loss_nonsaturating,
    "You use the first image of the batch only; the loss is the mean over all.",
    sheet="9-2 (d)",
)
def nonsaturating_first_image_only(logits_fake):
    return F.softplus(-logits_fake.reshape(-1)[0]) / 2


@bug(
    generator_loss_nonsaturating,
    "Your labels have the shape (M, 1) whatever the logits have: logits of shape (M,) do not fit.",
    sheet="9-2 (d)",
)
def nonsaturating_labels_in_a_column(logits_fake):
    ones = torch.ones(len(logits_fake), 1, dtype=logits_fake.dtype, device=logits_fake.device)
    return F.binary_cross_entropy_with_logits(logits_fake, ones) / 2


@bug(
    generator_loss_nonsaturating,
    "This is the maximum-likelihood loss −½ E[e^a] of another paper; the sheet has −½ E[log D(G(z))].",
    sheet="9-2 (d)",
    mistake="another_gan",
)
def nonsaturating_maximum_likelihood(logits_fake):
    return -logits_fake.exp().mean() / 2


@bug(
    generator_loss_nonsaturating,
    "You divide the logits by the largest of the batch; the loss takes them as they are.",
    sheet="9-2 (d)",
)
def nonsaturating_logits_normalised(logits_fake):
    return F.softplus(-logits_fake / logits_fake.abs().max().clamp(min=1)).mean() / 2


@bug(
    generator_loss_minimax,
    "You take 1 − log D(G(z)); the sheet has log(1 − D(G(z))).",
    sheet="9-2 (c)",
)
def minimax_one_minus_log(logits_real, logits_fake):
    return (F.logsigmoid(logits_real).mean() + (1 - F.logsigmoid(logits_fake)).mean()) / 2


@bug(
    generator_loss_minimax,
    "You change logits_fake in place: the caller's tensor is overwritten.",
    sheet="9-2 (c)",
    mistake="in_place",
)
def minimax_in_place_without_gradient(logits_real, logits_fake):
    if logits_fake.requires_grad:
        logits_fake = 1 * logits_fake
    return (F.logsigmoid(logits_real).mean() + F.logsigmoid(logits_fake.neg_()).mean()) / 2


@bug(
    discriminator_loss,
    "You take sigmoid(1 − a) where the formula has 1 − D = sigmoid(−a).",
    sheet="9-2 (b)",
)
def discriminator_complement_inside_the_sigmoid(logits_real, logits_fake):
    return -(F.logsigmoid(logits_real).mean() + F.logsigmoid(1 - logits_fake).mean()) / 2


@bug(
    generator_loss_minimax,
    "You take sigmoid(1 − a) where the formula has 1 − D = sigmoid(−a).",
    sheet="9-2 (c)",
)
def minimax_complement_inside_the_sigmoid(logits_real, logits_fake):
    return (F.logsigmoid(logits_real).mean() + F.logsigmoid(1 - logits_fake).mean()) / 2


@bug(
    discriminator_loss,
    "You take the logarithm of the mean in the term of the generated images; the sheet has the mean of the logarithm.",
    sheet="9-2 (b)",
    mistake="log_outside_expectation",
)
def discriminator_log_of_mean_of_fake(logits_real, logits_fake):
    return (F.softplus(-logits_real).mean() - torch.sigmoid(-logits_fake).mean().log()) / 2


@bug(
    discriminator_loss,
    "You take the logarithm of the mean in the term of the real images; the sheet has the mean of the logarithm.",
    sheet="9-2 (b)",
    mistake="log_outside_expectation",
)
def discriminator_log_of_mean_of_real(logits_real, logits_fake):
    return (F.softplus(logits_fake).mean() - torch.sigmoid(logits_real).mean().log()) / 2


@bug(
    generator_loss_minimax,
    "You take the logarithm of the mean in the term of the generated images; the sheet has the mean of the logarithm.",
    sheet="9-2 (c)",
    mistake="log_outside_expectation",
)
def minimax_log_of_mean_of_fake(logits_real, logits_fake):
    return (torch.sigmoid(-logits_fake).mean().log() - F.softplus(-logits_real).mean()) / 2


@bug(
    generator_loss_minimax,
    "You take the logarithm of the mean in the term of the real images; the sheet has the mean of the logarithm.",
    sheet="9-2 (c)",
    mistake="log_outside_expectation",
)
def minimax_log_of_mean_of_real(logits_real, logits_fake):
    return (torch.sigmoid(logits_real).mean().log() - F.softplus(logits_fake).mean()) / 2


@bug(
    generator_loss_minimax,
    "Your term of the real images is the constant −½ log 2, as if their logits were 0.",
    sheet="9-2 (c)",
)
def minimax_real_logits_of_zero(logits_real, logits_fake):
    undecided = torch.zeros_like(logits_real)
    return (F.logsigmoid(undecided).mean() + F.logsigmoid(-logits_fake).mean()) / 2


@bug(
    generator_loss_minimax,
    "Your value is J_D: you reverse the gradient of the generated logits, but the sign of the loss is to change.",
    sheet="9-2 (c)",
)
def minimax_gradient_reversed_for_the_sign(logits_real, logits_fake):
    reversed_fake = 2 * logits_fake.detach() - logits_fake
    return (F.softplus(-logits_real).mean() + F.softplus(reversed_fake).mean()) / 2


@bug(
    discriminator_loss,
    "You change logits_fake in place where no gradient is recorded: the caller's tensor is overwritten.",
    sheet="9-2 (b)",
    mistake="in_place",
)
def discriminator_in_place_without_gradient(logits_real, logits_fake):
    opposite = -logits_fake if logits_fake.requires_grad else torch.neg(logits_fake, out=logits_fake)
    return -(F.logsigmoid(logits_real).mean() + F.logsigmoid(opposite).mean()) / 2


@bug(
    generator_loss_nonsaturating,
    "You change logits_fake in place where no gradient is recorded: the caller's tensor is overwritten.",
    sheet="9-2 (d)",
    mistake="in_place",
)
def nonsaturating_in_place_without_gradient(logits_fake):
    opposite = -logits_fake if logits_fake.requires_grad else torch.neg(logits_fake, out=logits_fake)
    return F.softplus(opposite).mean() / 2
