"""Typical mistakes in the losses of exercise 9-2 (b)–(d)."""

# mypy: allow-untyped-defs
# The functions are untyped because they are also copied into make-believe submissions.

import torch
import torch.nn.functional as F

from autograder.assignment.api import (
    discriminator_loss,
    generator_loss_minimax,
    generator_loss_nonsaturating,
)
from autograder.assignment.bugs import bug

# 9-2 (b): J_D = −½ E[log D(x)] − ½ E[log(1 − D(G(z)))]


@bug(discriminator_loss, "Your loss is twice J_D: the two factors ½ are missing.", sheet="9-2 (b)")
def discriminator_without_half(logits_real, logits_fake):
    return F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean()


@bug(discriminator_loss, "Your loss sums over the batch; an expectation is a mean.", sheet="9-2 (b)")
def discriminator_sum_for_mean(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).sum() + F.softplus(logits_fake).sum())


@bug(
    discriminator_loss, "Your labels are swapped: you reward D for calling real images fake.", sheet="9-2 (b)"
)
def discriminator_labels_swapped(logits_real, logits_fake):
    return 0.5 * (F.softplus(logits_real).mean() + F.softplus(-logits_fake).mean())


@bug(discriminator_loss, "You label the generated images as real, too.", sheet="9-2 (b)")
def discriminator_all_labelled_real(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).mean() + F.softplus(-logits_fake).mean())


@bug(discriminator_loss, "Your loss has the opposite sign: D would minimise its success.", sheet="9-2 (b)")
def discriminator_wrong_sign(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_real).mean() + F.logsigmoid(-logits_fake).mean())


@bug(discriminator_loss, "The term of the generated images is missing.", sheet="9-2 (b)")
def discriminator_real_term_only(logits_real, logits_fake):
    return 0.5 * F.softplus(-logits_real).mean()


@bug(discriminator_loss, "The term of the real images is missing.", sheet="9-2 (b)")
def discriminator_fake_term_only(logits_real, logits_fake):
    return 0.5 * F.softplus(logits_fake).mean()


@bug(
    discriminator_loss,
    "You take one mean over both batches together; with unequal sizes the two expectations get unequal weights.",
    sheet="9-2 (b)",
)
def discriminator_joint_mean(logits_real, logits_fake):
    both = torch.cat([-logits_real.flatten(), logits_fake.flatten()])
    return F.softplus(both).mean()


@bug(
    discriminator_loss,
    "You take the logarithm of the mean; the sheet has the mean of the logarithm.",
    sheet="9-2 (b)",
)
def discriminator_log_of_mean(logits_real, logits_fake):
    real = torch.sigmoid(logits_real).mean()
    fake = torch.sigmoid(-logits_fake).mean()
    return -0.5 * (torch.log(real) + torch.log(fake))


@bug(
    discriminator_loss,
    "You apply the sigmoid twice: binary_cross_entropy_with_logits takes logits, not probabilities.",
    sheet="9-2 (b)",
)
def discriminator_sigmoid_twice(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return 0.5 * (F.softplus(-real).mean() + F.softplus(fake).mean())


@bug(
    discriminator_loss,
    "You use the logits as if they were probabilities: the sigmoid is missing.",
    sheet="9-2 (b)",
)
def discriminator_without_sigmoid(logits_real, logits_fake):
    return -0.5 * (torch.log(logits_real).mean() + torch.log(1 - logits_fake).mean())


@bug(discriminator_loss, "Your logarithm has base 2; the loss is in nats.", sheet="9-2 (b)")
def discriminator_in_bits(logits_real, logits_fake):
    nats = 0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())
    return nats / torch.log(torch.tensor(2.0))


@bug(discriminator_loss, "Your real labels are 0.9 (label smoothing); J_D has 1.", sheet="9-2 (b)")
def discriminator_smoothed_labels(logits_real, logits_fake):
    target = torch.full_like(logits_real, 0.9)
    real = F.binary_cross_entropy_with_logits(logits_real, target)
    return 0.5 * (real + F.softplus(logits_fake).mean())


@bug(discriminator_loss, "The generated logits are detached: D learns nothing from them.", sheet="9-2 (b)")
def discriminator_fake_detached(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake.detach()).mean())


@bug(
    discriminator_loss,
    "log(1 − sigmoid(a)) is −inf once sigmoid(a) rounds to 1 (a = 17 in float32): combine the two into logsigmoid or softplus.",
    sheet="9-2 (b)",
)
def discriminator_naive_log(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return -0.5 * (torch.log(real).mean() + torch.log(1 - fake).mean())


@bug(
    discriminator_loss,
    "The small number inside your logarithm keeps it finite but makes value and gradient wrong where D is wrong.",
    sheet="9-2 (b)",
)
def discriminator_epsilon_in_log(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return -0.5 * (torch.log(real + 1e-8).mean() + torch.log(1 - fake + 1e-8).mean())


@bug(
    discriminator_loss,
    "binary_cross_entropy on probabilities cuts the logarithm off at −100 and its gradient to 0: use the logits.",
    sheet="9-2 (b)",
)
def discriminator_bce_on_probabilities(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    loss_real = F.binary_cross_entropy(real, torch.ones_like(real))
    loss_fake = F.binary_cross_entropy(fake, torch.zeros_like(fake))
    return (loss_real + loss_fake) / 2


@bug(
    discriminator_loss,
    "Your loss is not reduced: it should be one number, the mean over each batch.",
    sheet="9-2 (b)",
)
def discriminator_not_reduced(logits_real, logits_fake):
    size = min(logits_real.shape[0], logits_fake.shape[0])
    return 0.5 * (F.softplus(-logits_real[:size]) + F.softplus(logits_fake[:size]))


# 9-2 (c): J_G = −J_D


@bug(generator_loss_minimax, "Your loss is J_D, not −J_D: G would help D.", sheet="9-2 (c)")
def minimax_wrong_sign(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())


@bug(
    generator_loss_minimax,
    "The term of the real images is missing. G's gradient is right, but J_G = −J_D has both terms.",
    sheet="9-2 (c)",
)
def minimax_without_real_term(logits_real, logits_fake):
    return -0.5 * F.softplus(logits_fake).mean()


@bug(generator_loss_minimax, "The term of the real images has the wrong sign.", sheet="9-2 (c)")
def minimax_real_term_wrong_sign(logits_real, logits_fake):
    return 0.5 * (F.softplus(-logits_real).mean() - F.softplus(logits_fake).mean())


@bug(generator_loss_minimax, "Your loss is twice −J_D: the two factors ½ are missing.", sheet="9-2 (c)")
def minimax_without_half(logits_real, logits_fake):
    return F.logsigmoid(logits_real).mean() + F.logsigmoid(-logits_fake).mean()


@bug(generator_loss_minimax, "This is the non-saturating loss of 9-2 (d); here J_G = −J_D.", sheet="9-2 (c)")
def minimax_is_nonsaturating(logits_real, logits_fake):
    return 0.5 * F.softplus(-logits_fake).mean()


@bug(generator_loss_minimax, "Your loss is 1 − J_D; the sheet has −J_D.", sheet="9-2 (c)")
def minimax_one_minus(logits_real, logits_fake):
    return 1 - 0.5 * (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean())


@bug(generator_loss_minimax, "Your loss sums over the batch; an expectation is a mean.", sheet="9-2 (c)")
def minimax_sum_for_mean(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_real).sum() + F.logsigmoid(-logits_fake).sum())


@bug(generator_loss_minimax, "You swapped the two arguments: real and generated logits.", sheet="9-2 (c)")
def minimax_arguments_swapped(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_fake).mean() + F.logsigmoid(-logits_real).mean())


@bug(generator_loss_minimax, "The generated logits are detached: no gradient reaches G.", sheet="9-2 (c)")
def minimax_fake_detached(logits_real, logits_fake):
    return 0.5 * (F.logsigmoid(logits_real).mean() + F.logsigmoid(-logits_fake.detach()).mean())


@bug(
    generator_loss_minimax,
    "You clamp the logits: beyond the clamp the gradient is 0, not −sigmoid(a)/(2M).",
    sheet="9-2 (c)",
)
def minimax_clamped_logits(logits_real, logits_fake):
    real, fake = logits_real.clamp(-10, 10), logits_fake.clamp(-10, 10)
    return 0.5 * (F.logsigmoid(real).mean() + F.logsigmoid(-fake).mean())


@bug(
    generator_loss_minimax,
    "log(1 − sigmoid(a)) is −inf once sigmoid(a) rounds to 1 (a = 17 in float32): combine the two into logsigmoid or softplus.",
    sheet="9-2 (c)",
)
def minimax_naive_log(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return 0.5 * (torch.log(real).mean() + torch.log(1 - fake).mean())


@bug(
    generator_loss_minimax,
    "The small number inside your logarithm keeps it finite but makes value and gradient wrong where D is fooled.",
    sheet="9-2 (c)",
)
def minimax_epsilon_in_log(logits_real, logits_fake):
    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)
    return 0.5 * (torch.log(real + 1e-8).mean() + torch.log(1 - fake + 1e-8).mean())


@bug(generator_loss_minimax, "You multiply the two terms; J_D adds them.", sheet="9-2 (c)")
def minimax_product_of_terms(logits_real, logits_fake):
    return -F.softplus(-logits_real).mean() * F.softplus(logits_fake).mean()


# 9-2 (d): −½ E[log D(G(z))]


@bug(generator_loss_nonsaturating, "The factor ½ is missing.", sheet="9-2 (d)")
def nonsaturating_without_half(logits_fake):
    return F.softplus(-logits_fake).mean()


@bug(
    generator_loss_nonsaturating, "The sign is wrong: G would be rewarded for being caught.", sheet="9-2 (d)"
)
def nonsaturating_wrong_sign(logits_fake):
    return 0.5 * F.logsigmoid(logits_fake).mean()


@bug(
    generator_loss_nonsaturating,
    "This is ½ E[log(1 − D(G(z)))], the saturating loss of 9-2 (c).",
    sheet="9-2 (d)",
)
def nonsaturating_is_saturating(logits_fake):
    return 0.5 * F.logsigmoid(-logits_fake).mean()


@bug(
    generator_loss_nonsaturating,
    "This is −½ E[log(1 − D(G(z)))]: G would learn to be caught. The label of its images is 1 here.",
    sheet="9-2 (d)",
)
def nonsaturating_label_fake(logits_fake):
    return 0.5 * F.softplus(logits_fake).mean()


@bug(
    generator_loss_nonsaturating, "Your loss sums over the batch; an expectation is a mean.", sheet="9-2 (d)"
)
def nonsaturating_sum_for_mean(logits_fake):
    return 0.5 * F.softplus(-logits_fake).sum()


@bug(
    generator_loss_nonsaturating,
    "You take the logarithm of the mean; the sheet has the mean of the logarithm.",
    sheet="9-2 (d)",
)
def nonsaturating_log_of_mean(logits_fake):
    return -0.5 * torch.log(torch.sigmoid(logits_fake).mean())


@bug(generator_loss_nonsaturating, "The logarithm is missing.", sheet="9-2 (d)")
def nonsaturating_without_log(logits_fake):
    return -0.5 * torch.sigmoid(logits_fake).mean()


@bug(
    generator_loss_nonsaturating,
    "You apply the sigmoid twice: binary_cross_entropy_with_logits takes logits, not probabilities.",
    sheet="9-2 (d)",
)
def nonsaturating_sigmoid_twice(logits_fake):
    return 0.5 * F.softplus(-torch.sigmoid(logits_fake)).mean()


@bug(generator_loss_nonsaturating, "The logits are detached: no gradient reaches G.", sheet="9-2 (d)")
def nonsaturating_detached(logits_fake):
    return 0.5 * F.softplus(-logits_fake.detach()).mean()


@bug(
    generator_loss_nonsaturating,
    "Your loss is not reduced: it should be one number, the mean.",
    sheet="9-2 (d)",
)
def nonsaturating_not_reduced(logits_fake):
    return 0.5 * F.softplus(-logits_fake)


@bug(
    generator_loss_nonsaturating,
    "log(sigmoid(a)) is −inf once sigmoid(a) rounds to 0 (a = −104 in float32): combine the two into logsigmoid.",
    sheet="9-2 (d)",
)
def nonsaturating_naive_log(logits_fake):
    return -0.5 * torch.log(torch.sigmoid(logits_fake)).mean()


@bug(
    generator_loss_nonsaturating,
    "The small number inside your logarithm keeps it finite but takes away the gradient where D rejects the image.",
    sheet="9-2 (d)",
)
def nonsaturating_epsilon_in_log(logits_fake):
    return -0.5 * torch.log(torch.sigmoid(logits_fake) + 1e-8).mean()


@bug(
    generator_loss_nonsaturating,
    "binary_cross_entropy on probabilities cuts the logarithm off at −100 and its gradient to 0: use the logits.",
    sheet="9-2 (d)",
)
def nonsaturating_bce_on_probabilities(logits_fake):
    probability = torch.sigmoid(logits_fake)
    return F.binary_cross_entropy(probability, torch.ones_like(probability)) / 2
