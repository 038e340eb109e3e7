"""Typical mistakes in the Bernoulli log-likelihood and the ELBO of the VAE, exercise 9-1 (d)."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Untyped, as students write: the texts are also copied into make-believe submissions.

import math

import torch
import torch.nn.functional as F

from autograder.assignment.api import bernoulli_log_likelihood, elbo
from autograder.assignment.bugs import bug

# 9-1 (d): Σ x log D + (1−x) log(1−D)


@bug(
    bernoulli_log_likelihood,
    "Your result is −log p(x|z), the cross-entropy loss; the likelihood is at most 0.",
    sheet="9-1 (d)",
    mistake="negated",
)
def bernoulli_wrong_sign(x, logits):
    per_pixel = F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "`weight=x` multiplies each pixel's term by x: a black pixel counts for nothing.",
    sheet="9-1 (d)",
)
def bernoulli_weighted_by_the_image(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, weight=x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You average over the pixels; log p(x|z) is their sum.",
    sheet="9-1 (d)",
    mistake="mean_for_sum",
)
def bernoulli_averaged_over_pixels(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).mean(1)


@bug(
    bernoulli_log_likelihood,
    "You sum over the batch as well; one number per image is asked for.",
    sheet="9-1 (d)",
    mistake="reduced",
)
def bernoulli_summed_over_batch(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="sum")


@bug(
    bernoulli_log_likelihood,
    "You average over pixels and batch (the default of the BCE losses); a sum per image is asked for.",
    sheet="9-1 (d)",
    mistake="reduced",
)
def bernoulli_averaged_over_everything(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x)


@bug(
    bernoulli_log_likelihood,
    "You return one number per pixel; the sum over the pixels is missing.",
    sheet="9-1 (d)",
    mistake="not_reduced",
)
def bernoulli_not_summed(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none")


@bug(
    bernoulli_log_likelihood,
    "You sum over the last axis only; images of shape (N,1,28,28) need all axes but the first.",
    sheet="9-1 (d)",
)
def bernoulli_summed_over_last_axis(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(-1)


@bug(
    bernoulli_log_likelihood,
    "Your shape is (N, 1) instead of (N,): the summed axis is kept.",
    sheet="9-1 (d)",
    mistake="kept_axis",
)
def bernoulli_kept_axis(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1, keepdim=True)


@bug(bernoulli_log_likelihood, "You sum over the batch (axis 0) instead of the pixels.", sheet="9-1 (d)")
def bernoulli_summed_over_first_axis(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(0)


@bug(
    bernoulli_log_likelihood,
    "You divide by the batch size; each image has its own number.",
    sheet="9-1 (d)",
)
def bernoulli_divided_by_batch(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1) / len(x)


@bug(bernoulli_log_likelihood, "The term (1−x) log(1−D) is missing.", sheet="9-1 (d)")
def bernoulli_white_pixels_only(x, logits):
    return (x * F.logsigmoid(logits)).flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "The term x log D is missing.", sheet="9-1 (d)")
def bernoulli_black_pixels_only(x, logits):
    return ((1 - x) * F.logsigmoid(-logits)).flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "x and 1−x are swapped: you reward the negative image.", sheet="9-1 (d)")
def bernoulli_colours_swapped(x, logits):
    per_pixel = (1 - x) * F.logsigmoid(logits) + x * F.logsigmoid(-logits)
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You use the logits as if they were probabilities: the sigmoid is missing.",
    sheet="9-1 (d)",
    mistake="probabilities_for_logits",
)
def bernoulli_logits_as_probabilities(x, logits):
    per_pixel = -F.binary_cross_entropy(logits.clamp(0, 1), x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You apply the sigmoid twice: binary_cross_entropy_with_logits has its own.",
    sheet="9-1 (d)",
    mistake="sigmoid_twice",
)
def bernoulli_sigmoid_twice(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(torch.sigmoid(logits), x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "Image and logits are swapped in the cross entropy.", sheet="9-1 (d)")
def bernoulli_arguments_swapped(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(x, torch.sigmoid(logits), reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You compute −½ Σ (x − D)², a Gaussian likelihood; the sheet's pixels are Bernoulli.",
    sheet="9-1 (d)",
)
def bernoulli_squared_error(x, logits):
    return -0.5 * ((x - torch.sigmoid(logits)) ** 2).flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "You round x to 0 or 1; grey values serve as weights.", sheet="9-1 (d)")
def bernoulli_rounded_image(x, logits):
    x = x.round()
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You compute log(x D + (1−x)(1−D)): the same for binary x, not for grey values.",
    sheet="9-1 (d)",
)
def bernoulli_log_of_mixture(x, logits):
    d = torch.sigmoid(logits)
    return torch.log(x * d + (1 - x) * (1 - d)).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You multiply by ½, as in the GAN losses; the likelihood has no ½.",
    sheet="9-1 (d)",
)
def bernoulli_halved(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return 0.5 * per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You take logarithms to base 2; the result is to be in nats.",
    sheet="9-1 (d)",
    mistake="log_base",
)
def bernoulli_log_base_two(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1) / math.log(2)


@bug(
    bernoulli_log_likelihood,
    "You compute Σ x·logit; the normalising term −log(1 + e^logit) is missing.",
    sheet="9-1 (d)",
)
def bernoulli_linear_term_only(x, logits):
    return (x * logits).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You apply a softmax over the pixels; each pixel has its own sigmoid.",
    sheet="9-1 (d)",
)
def bernoulli_softmax_over_pixels(x, logits):
    return (x * torch.log_softmax(logits.flatten(1), 1).reshape(x.shape)).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You take the formula literally: log(1 − sigmoid(a)) is −∞ in float32 from a = 17.",
    sheet="9-1 (d)",
    mistake="naive_log",
)
def bernoulli_literal(x, logits):
    d = torch.sigmoid(logits)
    return (x * torch.log(d) + (1 - x) * torch.log(1 - d)).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You add 1e-8 inside the logarithms: they stop at −18.4, and the gradient vanishes.",
    sheet="9-1 (d)",
    mistake="epsilon_in_log",
)
def bernoulli_epsilon_in_log(x, logits):
    d = torch.sigmoid(logits)
    per_pixel = x * torch.log(d + 1e-8) + (1 - x) * torch.log(1 - d + 1e-8)
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "F.binary_cross_entropy on sigmoid(logits) cuts the logarithm off at −100 and loses the gradient.",
    sheet="9-1 (d)",
    mistake="naive_log",
)
def bernoulli_bce_on_probabilities(x, logits):
    per_pixel = -F.binary_cross_entropy(torch.sigmoid(logits), x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You clamp the logits to [−10, 10]: wrong outside, and without gradient there.",
    sheet="9-1 (d)",
    mistake="clamped",
)
def bernoulli_logits_clamped(x, logits):
    logits = logits.clamp(-10, 10)
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You clamp D to [1e-6, 1 − 1e-6]: saturated pixels get no gradient.",
    sheet="9-1 (d)",
    mistake="clamped",
)
def bernoulli_probability_clamped(x, logits):
    d = torch.sigmoid(logits).clamp(1e-6, 1 - 1e-6)
    return (x * torch.log(d) + (1 - x) * torch.log(1 - d)).flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "You compute log(1 + e^a): e^a is ∞ in float32 from a = 89.", sheet="9-1 (d)")
def bernoulli_exponential_overflow(x, logits):
    return (x * logits - torch.log(1 + logits.exp())).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "Your values are right, but they are detached: no gradient flows back.",
    sheet="9-1 (d)",
    mistake="detached",
)
def bernoulli_detached(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1).detach()


@bug(
    bernoulli_log_likelihood,
    "You squeeze the result: axes of length 1 disappear, and a batch of one loses its shape.",
    sheet="9-1 (d)",
    mistake="squeezed",
)
def bernoulli_squeezed(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1).squeeze()


@bug(
    bernoulli_log_likelihood,
    "You squeeze images of several axes: one image of shape (1, 1, 28, 28) loses its batch and gives 28 numbers.",
    sheet="9-1 (d)",
    mistake="squeezed",
)
def bernoulli_images_squeezed(x, logits):
    if x.dim() > 2:
        x, logits = x.squeeze(), logits.squeeze()
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You average over the images; each image has its own number.",
    sheet="9-1 (d)",
    mistake="reduced",
)
def bernoulli_averaged_over_batch(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1).mean()


@bug(
    bernoulli_log_likelihood,
    "You multiply the mean over the pixels by 784: right for images of 784 pixels only.",
    sheet="9-1 (d)",
)
def bernoulli_mean_times_784(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return 784 * per_pixel.flatten(1).mean(1)


@bug(
    bernoulli_log_likelihood,
    "You reshape to (−1, 784): other image sizes are mixed up or raise an error.",
    sheet="9-1 (d)",
)
def bernoulli_view_784(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.view(-1, 784).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You sum over the axes (1, 2, 3): vectors of shape (N, 784) do not have them.",
    sheet="9-1 (d)",
)
def bernoulli_summed_over_image_axes(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.sum((1, 2, 3))


@bug(bernoulli_log_likelihood, "You return p(x|z); its logarithm is asked for.", sheet="9-1 (d)")
def bernoulli_exponentiated(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1).exp()


@bug(
    bernoulli_log_likelihood,
    "You compute the log-density of a normal with σ = 1; the sheet's pixels are Bernoulli.",
    sheet="9-1 (d)",
)
def bernoulli_normal_log_density(x, logits):
    per_pixel = -0.5 * (x - torch.sigmoid(logits)) ** 2 - 0.5 * math.log(2 * math.pi)
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You compute −Σ (x − D)², the squared error; the sheet's pixels are Bernoulli.",
    sheet="9-1 (d)",
)
def bernoulli_squared_error_without_half(x, logits):
    per_pixel = -F.mse_loss(torch.sigmoid(logits), x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You compute −Σ (x − logit)²: the sigmoid is missing, and the sheet's pixels are Bernoulli.",
    sheet="9-1 (d)",
)
def bernoulli_squared_error_of_logits(x, logits):
    per_pixel = -F.mse_loss(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You compute −Σ |x − D|, the absolute error; the sheet's pixels are Bernoulli.",
    sheet="9-1 (d)",
)
def bernoulli_absolute_error(x, logits):
    per_pixel = -F.l1_loss(torch.sigmoid(logits), x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You use the continuous Bernoulli, a density on [0, 1] with a factor of its own; the sheet's has none.",
    sheet="9-1 (d)",
)
def bernoulli_continuous(x, logits):
    pixels = torch.distributions.ContinuousBernoulli(logits=logits, validate_args=False)
    return pixels.log_prob(x).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood, "You draw binary images from x; grey values serve as weights.", sheet="9-1 (d)"
)
def bernoulli_sampled_image(x, logits):
    x = torch.bernoulli(x)
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "You turn x into integers: every grey value becomes 0.", sheet="9-1 (d)")
def bernoulli_truncated_image(x, logits):
    x = x.long().to(logits.dtype)
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You count every pixel that is not black as white; grey values serve as weights.",
    sheet="9-1 (d)",
)
def bernoulli_any_grey_is_white(x, logits):
    x = (x > 0).to(logits.dtype)
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "You divide x by 255; it is in [0, 1] already.", sheet="9-1 (d)")
def bernoulli_divided_by_255(x, logits):
    x = x / 255
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You rescale x to [−1, 1]; as weights they are to be in [0, 1].",
    sheet="9-1 (d)",
)
def bernoulli_rescaled_image(x, logits):
    x = 2 * x - 1
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You smooth x towards ½ (0.9 x + 0.05); the formula takes x as it is.",
    sheet="9-1 (d)",
)
def bernoulli_label_smoothing(x, logits):
    x = 0.9 * x + 0.05
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You give white pixels twice the weight (`pos_weight`); the formula has none.",
    sheet="9-1 (d)",
)
def bernoulli_white_pixels_doubled(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(
        logits, x, pos_weight=torch.tensor(2.0, dtype=logits.dtype), reduction="none"
    )
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You compute −log(1 + e^(−(2x−1)a)): the same for binary x, not for grey values.",
    sheet="9-1 (d)",
)
def bernoulli_soft_margin(x, logits):
    per_pixel = -F.softplus(-(2 * x - 1) * logits)
    return per_pixel.flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "You subtract (1−x) log(1−D) where it must be added.", sheet="9-1 (d)")
def bernoulli_dark_term_subtracted(x, logits):
    per_pixel = x * F.logsigmoid(logits) - (1 - x) * F.logsigmoid(-logits)
    return per_pixel.flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "You subtract x log D where it must be added.", sheet="9-1 (d)")
def bernoulli_white_term_subtracted(x, logits):
    per_pixel = (1 - x) * F.logsigmoid(-logits) - x * F.logsigmoid(logits)
    return per_pixel.flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "The weight 1−x before log(1−D) is missing.", sheet="9-1 (d)")
def bernoulli_dark_term_unweighted(x, logits):
    per_pixel = x * F.logsigmoid(logits) + F.logsigmoid(-logits)
    return per_pixel.flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "The weight x before log D is missing.", sheet="9-1 (d)")
def bernoulli_white_term_unweighted(x, logits):
    per_pixel = F.logsigmoid(logits) + (1 - x) * F.logsigmoid(-logits)
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You compute Σ log D + log(1−D): the weights x and 1−x are missing.",
    sheet="9-1 (d)",
)
def bernoulli_unweighted(x, logits):
    per_pixel = F.logsigmoid(logits) + F.logsigmoid(-logits)
    return per_pixel.flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "You take log D in both terms: the second has log(1−D).", sheet="9-1 (d)")
def bernoulli_same_log_twice(x, logits):
    per_pixel = x * F.logsigmoid(logits) + (1 - x) * F.logsigmoid(logits)
    return per_pixel.flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "You use (1 + tanh a)/2 as D, which is sigmoid(2a).", sheet="9-1 (d)")
def bernoulli_tanh_for_sigmoid(x, logits):
    per_pixel = x * F.logsigmoid(2 * logits) + (1 - x) * F.logsigmoid(-2 * logits)
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "F.binary_cross_entropy takes probabilities; it refuses logits outside [0, 1].",
    sheet="9-1 (d)",
    mistake="probabilities_for_logits",
)
def bernoulli_bce_on_logits(x, logits):
    per_pixel = -F.binary_cross_entropy(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "Image and logits are swapped: F.binary_cross_entropy_with_logits takes the logits first.",
    sheet="9-1 (d)",
)
def bernoulli_bce_arguments_swapped(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(x, logits, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "torch.distributions.Bernoulli refuses grey values unless it gets validate_args=False.",
    sheet="9-1 (d)",
)
def bernoulli_grey_values_refused(x, logits):
    pixels = torch.distributions.Bernoulli(logits=logits)
    return pixels.log_prob(x).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "torch.distributions.Bernoulli(sigmoid(logits)) clamps the probabilities: saturated pixels are wrong.",
    sheet="9-1 (d)",
    mistake="naive_log",
)
def bernoulli_distribution_of_probabilities(x, logits):
    pixels = torch.distributions.Bernoulli(probs=torch.sigmoid(logits), validate_args=False)
    return pixels.log_prob(x).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You add 1e-12 inside the logarithms: they stop at −27.6, and the gradient vanishes.",
    sheet="9-1 (d)",
    mistake="epsilon_in_log",
)
def bernoulli_tiny_epsilon_in_log(x, logits):
    d = torch.sigmoid(logits)
    per_pixel = x * torch.log(d + 1e-12) + (1 - x) * torch.log(1 - d + 1e-12)
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You clamp D to [1e-7, 1 − 1e-7]: saturated pixels get no gradient.",
    sheet="9-1 (d)",
    mistake="clamped",
)
def bernoulli_probability_clamped_closely(x, logits):
    d = torch.sigmoid(logits).clamp(1e-7, 1 - 1e-7)
    per_pixel = x * torch.log(d) + (1 - x) * torch.log(1 - d)
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You clamp the logits to [−50, 50]: wrong outside, and without gradient there.",
    sheet="9-1 (d)",
    mistake="clamped",
)
def bernoulli_logits_clamped_at_50(x, logits):
    logits = logits.clamp(-50, 50)
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You clamp the logarithms at −100: saturated pixels cost at most 100 and get no gradient.",
    sheet="9-1 (d)",
    mistake="clamped",
)
def bernoulli_log_clamped(x, logits):
    d = torch.sigmoid(logits)
    per_pixel = x * torch.log(d).clamp(min=-100) + (1 - x) * torch.log(1 - d).clamp(min=-100)
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You replace the −∞ of log 0 by a number (`nan_to_num`): value and gradient of saturated pixels are wrong.",
    sheet="9-1 (d)",
    mistake="naive_log",
)
def bernoulli_infinity_hidden(x, logits):
    d = torch.sigmoid(logits)
    per_pixel = x * torch.log(d) + (1 - x) * torch.log(1 - d)
    return torch.nan_to_num(per_pixel, nan=0.0, neginf=-100.0).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You compute log(1 + e^(−a)): e^(−a) is ∞ in float32 from a = −89.",
    sheet="9-1 (d)",
)
def bernoulli_overflow_at_dark_pixels(x, logits):
    log_d = -torch.log(1 + torch.exp(-logits))
    return (log_d - (1 - x) * logits).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You compute in half precision (`.half()`): three digits are left.",
    sheet="9-1 (d)",
    mistake="half_precision",
)
def bernoulli_half_precision(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits.half(), x.half(), reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You change the argument x in place (`mul_`): the caller's images are overwritten.",
    sheet="9-1 (d)",
    mistake="in_place",
)
def bernoulli_in_place(x, logits):
    return (x.mul_(logits) - F.softplus(logits)).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You return a Python list (`.tolist()`); a tensor is asked for, with its gradient.",
    sheet="9-1 (d)",
    mistake="python_numbers",
)
def bernoulli_python_numbers(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1).tolist()


# 9-1 (d): log p(x|z) − Σ_j ½(μ_j² + e^{v_j} − 1 − v_j)


@bug(
    elbo,
    "Your result is −ELBO, the loss; the ELBO itself is asked for, to be maximised.",
    sheet="9-1 (d)",
    mistake="negative_elbo",
)
def elbo_wrong_sign(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return kl - log_px_given_z


@bug(elbo, "You add the KL divergence; the ELBO subtracts it.", sheet="9-1 (d)")
def elbo_kl_added(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z + kl


@bug(
    elbo,
    "You average the KL over the latent components; that of independent components is their sum.",
    sheet="9-1 (d)",
    mistake="mean_for_sum",
)
def elbo_kl_averaged_over_latents(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).mean(1)
    return log_px_given_z - kl


@bug(
    elbo,
    "You sum the KL over the batch as well: every image pays for all others.",
    sheet="9-1 (d)",
    mistake="reduced",
)
def elbo_kl_summed_over_everything(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum()
    return log_px_given_z - kl


@bug(elbo, "You average the KL over the batch: every image pays the same.", sheet="9-1 (d)")
def elbo_kl_averaged_over_batch(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl.mean()


@bug(
    elbo, "You average over the batch; one number per image is asked for.", sheet="9-1 (d)", mistake="reduced"
)
def elbo_averaged_over_batch(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return (log_px_given_z - kl).mean()


@bug(elbo, "You sum over the batch; one number per image is asked for.", sheet="9-1 (d)", mistake="reduced")
def elbo_summed_over_batch(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return (log_px_given_z - kl).sum()


@bug(elbo, "The KL divergence is missing: you return log p(x|z) alone.", sheet="9-1 (d)")
def elbo_without_kl(log_px_given_z, mu, logvar):
    return log_px_given_z.clone()


@bug(elbo, "log p(x|z) is missing: you return −KL alone.", sheet="9-1 (d)")
def elbo_without_likelihood(log_px_given_z, mu, logvar):
    return -0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)


@bug(
    elbo, "Your KL is twice the right one: the factor ½ is missing.", sheet="9-1 (d)", mistake="missing_half"
)
def elbo_missing_half(log_px_given_z, mu, logvar):
    kl = (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You read logvar as log σ; it is log σ².", sheet="9-1 (d)", mistake="logvar_as_log_sigma")
def elbo_logvar_as_log_sigma(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + (2 * logvar).exp() - 1 - 2 * logvar).sum(1)
    return log_px_given_z - kl


@bug(
    elbo,
    "You use e^(logvar/2) = σ where the KL has σ² = e^logvar.",
    sheet="9-1 (d)",
    mistake="sigma_for_variance",
)
def elbo_sigma_for_variance(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + (0.5 * logvar).exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "The −1 is missing in the KL: it is not 0 at the prior.", sheet="9-1 (d)")
def elbo_without_one(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You subtract 1 once after the sum; each latent component needs its own.", sheet="9-1 (d)")
def elbo_one_subtracted_once(log_px_given_z, mu, logvar):
    kl = 0.5 * ((mu**2 + logvar.exp() - logvar).sum(1) - 1)
    return log_px_given_z - kl


@bug(elbo, "You add logvar inside the KL; it must be subtracted.", sheet="9-1 (d)")
def elbo_logvar_added(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 + logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "mu is not squared in the KL.", sheet="9-1 (d)", mistake="not_squared")
def elbo_mu_not_squared(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(
    elbo,
    "Your KL is that of the prior from q: the two distributions are swapped.",
    sheet="9-1 (d)",
    mistake="reversed_kl",
)
def elbo_reverse_kl(log_px_given_z, mu, logvar):
    kl = 0.5 * ((1 + mu**2) / logvar.exp() - 1 + logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You average log p(x|z) over the batch; each image has its own.", sheet="9-1 (d)")
def elbo_likelihood_averaged(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z.mean() - kl


@bug(elbo, "You weight the KL by 4 (a β-VAE); the ELBO has weight 1.", sheet="9-1 (d)", mistake="weighted_kl")
def elbo_beta_four(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - 4 * kl


@bug(
    elbo,
    "You do not sum the KL over the latent components: the shape is (N, latent_dim).",
    sheet="9-1 (d)",
    mistake="not_reduced",
)
def elbo_not_summed(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar)
    return log_px_given_z.unsqueeze(1) - kl


@bug(
    elbo,
    "You keep the latent axis: (N,) − (N, 1) broadcasts to (N, N).",
    sheet="9-1 (d)",
    mistake="kept_axis",
)
def elbo_kept_axis(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1, keepdim=True)
    return log_px_given_z - kl


@bug(elbo, "You sum the KL over the batch (axis 0) and average the components.", sheet="9-1 (d)")
def elbo_summed_over_first_axis(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(0)
    return log_px_given_z - kl.mean()


@bug(
    elbo,
    "Your values are right, but the KL is detached: the encoder is not drawn to the prior.",
    sheet="9-1 (d)",
)
def elbo_kl_detached(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl.detach()


@bug(elbo, "Your values are right, but log p(x|z) is detached: the decoder cannot learn.", sheet="9-1 (d)")
def elbo_likelihood_detached(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z.detach() - kl


@bug(
    elbo,
    "Your values are right, but they are detached: no gradient flows back.",
    sheet="9-1 (d)",
    mistake="detached",
)
def elbo_detached(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return (log_px_given_z - kl).detach()


@bug(
    elbo,
    "You clamp logvar to [−10, 10]: wrong outside, and without gradient there.",
    sheet="9-1 (d)",
    mistake="clamped",
)
def elbo_logvar_clamped(log_px_given_z, mu, logvar):
    logvar = logvar.clamp(-10, 10)
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(
    elbo,
    "You add 1e-8 inside the logarithm of the KL: it stops falling at logvar = −18.",
    sheet="9-1 (d)",
    mistake="epsilon_in_log",
)
def elbo_epsilon_in_log(log_px_given_z, mu, logvar):
    variance = logvar.exp()
    kl = 0.5 * (mu**2 + variance - 1 - torch.log(variance + 1e-8)).sum(1)
    return log_px_given_z - kl


@bug(
    elbo,
    "You bound each component's KL from below by 0.5 (“free bits”); the ELBO has no such bound.",
    sheet="9-1 (d)",
    mistake="free_bits",
)
def elbo_free_bits(log_px_given_z, mu, logvar):
    kl = (0.5 * (mu**2 + logvar.exp() - 1 - logvar)).clamp(min=0.5).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You read logvar as σ itself.", sheet="9-1 (d)", mistake="logvar_as_sigma")
def elbo_logvar_as_sigma(log_px_given_z, mu, logvar):
    kl = (0.5 * (mu**2 + logvar**2 - 1) - logvar.abs().log()).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You read logvar as the variance σ² itself.", sheet="9-1 (d)", mistake="logvar_as_variance")
def elbo_logvar_as_variance(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar - 1 - logvar.abs().log()).sum(1)
    return log_px_given_z - kl


@bug(
    elbo,
    "You use logvar where the KL has σ² = e^logvar: exp is missing, and the two terms cancel.",
    sheet="9-1 (d)",
)
def elbo_exp_missing(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(
    elbo, "You turn logvar into a variance by softplus; logvar is log σ², so σ² is its exp.", sheet="9-1 (d)"
)
def elbo_variance_by_softplus(log_px_given_z, mu, logvar):
    variance = F.softplus(logvar)
    kl = 0.5 * (mu**2 + variance - 1 - variance.log()).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You square e^logvar in the KL, which is σ² already.", sheet="9-1 (d)")
def elbo_variance_squared(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() ** 2 - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You use e^(−logvar) = 1/σ² where the KL has σ².", sheet="9-1 (d)")
def elbo_precision(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + (-logvar).exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(
    elbo,
    "You subtract logvar/2 inside the bracket; the ½ stands before the bracket already.",
    sheet="9-1 (d)",
)
def elbo_half_logvar(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - 0.5 * logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "Your ½ stands before mu² only; it belongs before the whole bracket of the KL.", sheet="9-1 (d)")
def elbo_half_on_mu_only(log_px_given_z, mu, logvar):
    kl = (0.5 * mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "Your ½ stands before e^logvar − 1 − logvar only; mu² needs it, too.", sheet="9-1 (d)")
def elbo_half_on_variances_only(log_px_given_z, mu, logvar):
    kl = (mu**2 + 0.5 * (logvar.exp() - 1 - logvar)).sum(1)
    return log_px_given_z - kl


@bug(elbo, "Your ½ stands before log p(x|z), too; it belongs to the KL alone.", sheet="9-1 (d)")
def elbo_half_of_everything(log_px_given_z, mu, logvar):
    return 0.5 * (log_px_given_z - (mu**2 + logvar.exp() - 1 - logvar).sum(1))


@bug(elbo, "You add 1 in the KL where it must be subtracted.", sheet="9-1 (d)")
def elbo_plus_one(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() + 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "The term mu² is missing in the KL.", sheet="9-1 (d)")
def elbo_without_mu(log_px_given_z, mu, logvar):
    kl = 0.5 * (logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "The term e^logvar = σ² is missing in the KL.", sheet="9-1 (d)")
def elbo_without_variance(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "The term −logvar is missing in the KL.", sheet="9-1 (d)")
def elbo_without_logvar(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You subtract mu² in the KL; it must be added.", sheet="9-1 (d)")
def elbo_mu_subtracted(log_px_given_z, mu, logvar):
    kl = 0.5 * (logvar.exp() - 1 - logvar - mu**2).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You subtract e^logvar in the KL; it must be added.", sheet="9-1 (d)")
def elbo_variance_subtracted(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 - logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You take |mu| where the KL has mu².", sheet="9-1 (d)")
def elbo_absolute_mu(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu.abs() + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You take the length of mu where the KL has its square.", sheet="9-1 (d)", mistake="not_squared")
def elbo_norm_not_squared(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu.norm(dim=1) + (logvar.exp() - 1 - logvar).sum(1))
    return log_px_given_z - kl


@bug(elbo, "You square the sum of mu; the KL has the sum of the squares.", sheet="9-1 (d)")
def elbo_square_of_the_sum(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu.sum(1) ** 2 + (logvar.exp() - 1 - logvar).sum(1))
    return log_px_given_z - kl


@bug(
    elbo,
    "You subtract the cross entropy −E_q[log p(z)] instead of the KL: the entropy of q is missing.",
    sheet="9-1 (d)",
)
def elbo_cross_entropy(log_px_given_z, mu, logvar):
    cross_entropy = 0.5 * (mu**2 + logvar.exp() + math.log(2 * math.pi)).sum(1)
    return log_px_given_z - cross_entropy


@bug(
    elbo,
    "You add the entropy of q; of the KL the part with the prior, E_q[log p(z)], is missing.",
    sheet="9-1 (d)",
)
def elbo_entropy_without_prior(log_px_given_z, mu, logvar):
    entropy = 0.5 * (1 + math.log(2 * math.pi) + logvar).sum(1)
    return log_px_given_z + entropy


@bug(elbo, "You evaluate log(q/p) at the one point z = mu instead of averaging it under q.", sheet="9-1 (d)")
def elbo_kl_at_the_mean(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 - logvar).sum(1)
    return log_px_given_z - kl


@bug(
    elbo,
    "You estimate the KL by one random z; its closed form is asked for, without any noise.",
    sheet="9-1 (d)",
    mistake="one_sample",
)
def elbo_kl_of_one_sample(log_px_given_z, mu, logvar):
    z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
    log_ratio = 0.5 * (z**2 - (z - mu) ** 2 / logvar.exp() - logvar)
    return log_px_given_z - log_ratio.sum(1)


@bug(
    elbo,
    "You take the largest KL of the latent components; that of independent ones is their sum.",
    sheet="9-1 (d)",
)
def elbo_largest_component(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).amax(1)
    return log_px_given_z - kl


@bug(
    elbo,
    "You average the KL over latents and batch: a sum per image is asked for.",
    sheet="9-1 (d)",
    mistake="mean_for_sum",
)
def elbo_kl_averaged_over_everything(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).mean()
    return log_px_given_z - kl


@bug(elbo, "You divide the KL by the batch size; each image has its own KL.", sheet="9-1 (d)")
def elbo_kl_divided_by_batch(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl / len(mu)


@bug(
    elbo,
    "You divide the KL by 784; it is not averaged over the pixels.",
    sheet="9-1 (d)",
    mistake="weighted_kl",
)
def elbo_kl_divided_by_pixels(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl / 784


@bug(
    elbo,
    "You weight the KL by 0.1 (annealing); in the ELBO its weight is 1.",
    sheet="9-1 (d)",
    mistake="weighted_kl",
)
def elbo_kl_annealed(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - 0.1 * kl


@bug(
    elbo, "You subtract |KL − 25|, a KL with a target capacity; the ELBO has the KL itself.", sheet="9-1 (d)"
)
def elbo_kl_capacity(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - (kl - 25).abs()


@bug(
    elbo,
    "You bound the KL of an image from below by 8 (“free bits”); the ELBO has no such bound.",
    sheet="9-1 (d)",
    mistake="free_bits",
)
def elbo_free_bits_in_total(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl.clamp(min=8)


@bug(elbo, "You cut the KL off at 100.", sheet="9-1 (d)", mistake="clamped")
def elbo_kl_capped(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl.clamp(max=100)


@bug(
    elbo,
    "You cut the ELBO off at 0; with a density p(x|z) it may be positive.",
    sheet="9-1 (d)",
    mistake="clamped",
)
def elbo_capped_at_zero(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return (log_px_given_z - kl).clamp(max=0)


@bug(
    elbo,
    "You clamp log p(x|z) at −100; that of an image is often far below.",
    sheet="9-1 (d)",
    mistake="clamped",
)
def elbo_likelihood_clamped(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z.clamp(min=-100) - kl


@bug(elbo, "You subtract log p(x|z) as well; the ELBO contains it with a plus.", sheet="9-1 (d)")
def elbo_likelihood_subtracted(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return -log_px_given_z - kl


@bug(elbo, "You sum log p(x|z) over the batch; each image has its own.", sheet="9-1 (d)", mistake="reduced")
def elbo_likelihood_summed_over_batch(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z.sum() - kl


@bug(elbo, "You divide log p(x|z) by 784; it is a sum over the pixels.", sheet="9-1 (d)")
def elbo_likelihood_per_pixel(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z / 784 - kl


@bug(elbo, "You count log p(x|z) once per latent component: it is added before the sum.", sheet="9-1 (d)")
def elbo_likelihood_counted_per_latent(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar)
    return (log_px_given_z.unsqueeze(1) - kl).sum(1)


@bug(elbo, "You give log p(x|z) an axis more: (N, 1) − (N,) broadcasts to (N, N).", sheet="9-1 (d)")
def elbo_likelihood_as_a_column(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z.unsqueeze(1) - kl


@bug(
    elbo,
    "You squeeze the KL before its sum: with one latent component the sum runs over the batch.",
    sheet="9-1 (d)",
    mistake="squeezed",
)
def elbo_kl_squeezed_before_the_sum(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar)
    return log_px_given_z - kl.squeeze().sum(-1)


@bug(
    elbo,
    "You go through p(x|z) = exp(log p(x|z)), which is 0 where log p(x|z) is very negative.",
    sheet="9-1 (d)",
    mistake="leaves_logarithms",
)
def elbo_through_probabilities(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return torch.log(torch.exp(log_px_given_z)) - kl


@bug(elbo, "You sum the KL over the batch (axis 0): (N,) − (latent_dim,) does not fit.", sheet="9-1 (d)")
def elbo_kl_summed_over_batch_axis(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(0)
    return log_px_given_z - kl


@bug(elbo, "You divide by log 2: bits; the result is to be in nats.", sheet="9-1 (d)", mistake="log_base")
def elbo_log_base_two(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return (log_px_given_z - kl) / math.log(2)


@bug(elbo, "You return (ELBO, log p(x|z), KL); the ELBO alone is asked for.", sheet="9-1 (d)")
def elbo_with_its_terms(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl, log_px_given_z, kl


@bug(elbo, "Your values are right, but mu is detached: it is not drawn to the prior.", sheet="9-1 (d)")
def elbo_mu_detached(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu.detach() ** 2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "Your values are right, but logvar is detached: it is not drawn to the prior.", sheet="9-1 (d)")
def elbo_logvar_detached(log_px_given_z, mu, logvar):
    logvar = logvar.detach()
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(
    elbo,
    "You clamp logvar to [−30, 20]: wrong outside, and without gradient there.",
    sheet="9-1 (d)",
    mistake="clamped",
)
def elbo_logvar_clamped_widely(log_px_given_z, mu, logvar):
    logvar = logvar.clamp(-30, 20)
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(
    elbo,
    "You add 1e-8 to σ in the KL: its logarithm stops falling at logvar = −37.",
    sheet="9-1 (d)",
    mistake="epsilon_in_log",
)
def elbo_epsilon_on_sigma(log_px_given_z, mu, logvar):
    sigma = torch.exp(0.5 * logvar) + 1e-8
    kl = 0.5 * (mu**2 + sigma**2 - 1 - 2 * torch.log(sigma)).sum(1)
    return log_px_given_z - kl


@bug(
    elbo,
    "You compute the KL in half precision (`.half()`): three digits are left.",
    sheet="9-1 (d)",
    mistake="half_precision",
)
def elbo_half_precision(log_px_given_z, mu, logvar):
    mu, logvar = mu.half(), logvar.half()
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(
    elbo,
    "You change the argument mu in place (`pow_`): the caller's tensor is overwritten.",
    sheet="9-1 (d)",
    mistake="in_place",
)
def elbo_in_place(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu.pow_(2) + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You squeeze the result: a batch of one loses its shape.", sheet="9-1 (d)", mistake="squeezed")
def elbo_squeezed(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return (log_px_given_z - kl).squeeze()


@bug(
    elbo,
    "You return a Python list (`.tolist()`); a tensor is asked for, with its gradient.",
    sheet="9-1 (d)",
    mistake="python_numbers",
)
def elbo_python_numbers(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return (log_px_given_z - kl).tolist()


@bug(
    bernoulli_log_likelihood,
    "You use the logits as if they were probabilities, cut off at 1e-6 and 1 − 1e-6: the sigmoid is missing.",
    sheet="9-1 (d)",
    mistake="probabilities_for_logits",
)
def bernoulli_logits_as_probabilities_cut_at_1e_6(x, logits):
    p = logits.clamp(1e-6, 1 - 1e-6)
    return (x * torch.log(p) + (1 - x) * torch.log(1 - p)).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You use the logits as if they were probabilities, cut off at 1e-7 and 1 − 1e-7: the sigmoid is missing.",
    sheet="9-1 (d)",
    mistake="probabilities_for_logits",
)
def bernoulli_logits_as_probabilities_cut_at_1e_7(x, logits):
    p = logits.clamp(1e-7, 1 - 1e-7)
    return (x * torch.log(p) + (1 - x) * torch.log(1 - p)).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You use the logits as if they were probabilities, cut off at 1e-8 and 1 − 1e-8: the sigmoid is missing.",
    sheet="9-1 (d)",
    mistake="probabilities_for_logits",
)
def bernoulli_logits_as_probabilities_cut_at_1e_8(x, logits):
    p = logits.clamp(1e-8, 1 - 1e-8)
    return (x * torch.log(p) + (1 - x) * torch.log(1 - p)).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You add log(1 + e^logit); it must be subtracted from x · logit.",
    sheet="9-1 (d)",
)
def bernoulli_softplus_added(x, logits):
    return (x * logits + F.softplus(logits)).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You subtract log(1 + e^(−logit)) from x · logit; the formula has log(1 + e^logit).",
    sheet="9-1 (d)",
)
def bernoulli_softplus_of_minus_logit(x, logits):
    return (x * logits - F.softplus(-logits)).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You divide x by its largest value; grey values count as they are.",
    sheet="9-1 (d)",
)
def bernoulli_image_scaled_to_one(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x / x.max(), reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You add the entropy of the grey values: that is −KL of two Bernoulli distributions.",
    sheet="9-1 (d)",
)
def bernoulli_entropy_added(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return (per_pixel - torch.xlogy(x, x) - torch.xlogy(1 - x, 1 - x)).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You subtract the entropy of the grey values; the likelihood has no such term.",
    sheet="9-1 (d)",
)
def bernoulli_entropy_subtracted(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return (per_pixel + torch.xlogy(x, x) + torch.xlogy(1 - x, 1 - x)).flatten(1).sum(1)


@bug(elbo, "You take the exponential of log p(x|z); the ELBO has the logarithm itself.", sheet="9-1 (d)")
def elbo_likelihood_exponentiated(log_px_given_z, mu, logvar):
    kl = (mu**2 + logvar.exp() - 1 - logvar) / 2
    return log_px_given_z.exp() - kl.sum(-1)


@bug(
    elbo,
    "You weight the KL by the batch size over 60000; the ELBO of one image has weight 1.",
    sheet="9-1 (d)",
    mistake="weighted_kl",
)
def elbo_kl_weighted_by_batch_over_data(log_px_given_z, mu, logvar):
    kl = (mu**2 + logvar.exp() - 1 - logvar) / 2
    return log_px_given_z - len(mu) / 60000 * kl.sum(-1)


@bug(
    elbo,
    "You bound each component's KL from below by 0.1 (“free bits”); the ELBO has no such bound.",
    sheet="9-1 (d)",
    mistake="free_bits",
)
def elbo_free_bits_of_a_tenth(log_px_given_z, mu, logvar):
    kl = (mu**2 + logvar.exp() - 1 - logvar) / 2
    return log_px_given_z - kl.clamp(min=0.1).sum(-1)


@bug(
    elbo,
    "You subtract the KL from log_px_given_z in place: the caller's tensor is overwritten.",
    sheet="9-1 (d)",
    mistake="in_place",
)
def elbo_likelihood_overwritten(log_px_given_z, mu, logvar):
    with torch.no_grad():
        log_px_given_z -= ((mu**2 + logvar.exp() - 1 - logvar) / 2).sum(-1)
    return log_px_given_z


@bug(
    bernoulli_log_likelihood,
    "You take 1 − log D where the formula has log(1 − D).",
    sheet="9-1 (d)",
)
def bernoulli_one_minus_log(x, logits):
    log_d = F.logsigmoid(logits)
    return (x * log_d + (1 - x) * (1 - log_d)).flatten(1).sum(-1)


@bug(
    bernoulli_log_likelihood,
    "Your stable form has log(1 + e^(−a)) where it needs log(1 + e^(−|a|)): negative logits are counted twice.",
    sheet="9-1 (d)",
)
def bernoulli_stable_form_without_absolute_value(x, logits):
    loss = F.relu(logits) - x * logits + F.softplus(-logits)
    return -loss.flatten(1).sum(-1)


@bug(
    bernoulli_log_likelihood,
    "You round x in place: the caller's images are overwritten, and their grey values are lost.",
    sheet="9-1 (d)",
    mistake="in_place",
)
def bernoulli_image_rounded_in_place(x, logits):
    x.round_()
    return (x * F.logsigmoid(logits) + (1 - x) * F.logsigmoid(-logits)).flatten(1).sum(-1)


@bug(
    elbo,
    "You use σ where the KL has σ², in the logarithm as well: the entropy of q is halved.",
    sheet="9-1 (d)",
    mistake="sigma_for_variance",
)
def elbo_kl_of_the_root_of_sigma(log_px_given_z, mu, logvar):
    sigma = (logvar / 2).exp()
    return log_px_given_z - (sigma + mu**2 - 1 - sigma.log()).sum(-1) / 2


@bug(
    elbo,
    "Your KL is only ½ Σ mu²: the terms of the variance are missing.",
    sheet="9-1 (d)",
)
def elbo_kl_of_the_means_only(log_px_given_z, mu, logvar):
    return log_px_given_z - (mu**2).sum(-1) / 2


@bug(
    elbo,
    "You demand 20 latent components (`reshape(-1, 20)`): mu has as many as it has.",
    sheet="9-1 (d)",
)
def elbo_of_20_components_only(log_px_given_z, mu, logvar):
    kl = (mu**2 + logvar.exp() - 1 - logvar) / 2
    return log_px_given_z - kl.reshape(-1, 20).sum(-1)


@bug(
    elbo,
    "You clamp logvar to [−20, 20]: wrong outside, and without gradient there.",
    sheet="9-1 (d)",
    mistake="clamped",
)
def elbo_logvar_clamped_at_20(log_px_given_z, mu, logvar):
    logvar = logvar.clamp(-20, 20)
    return log_px_given_z - ((mu**2 + logvar.exp() - 1 - logvar) / 2).sum(-1)


@bug(
    elbo,
    "You average the KL over the components and add it: it is their sum, and it is subtracted.",
    sheet="9-1 (d)",
)
def elbo_mean_kl_added(log_px_given_z, mu, logvar):
    return log_px_given_z + ((mu**2 + logvar.exp() - 1 - logvar) / 2).mean(-1)


@bug(
    elbo,
    "Your KL lacks the ½ and is averaged over the components: it is half of their sum.",
    sheet="9-1 (d)",
)
def elbo_mean_kl_without_half(log_px_given_z, mu, logvar):
    return log_px_given_z - (mu**2 + logvar.exp() - 1 - logvar).mean(-1)


@bug(
    bernoulli_log_likelihood,
    "You take −log D where the formula has log(1 − D).",
    sheet="9-1 (d)",
)
def bernoulli_minus_log(x, logits):
    log_d = F.logsigmoid(logits)
    return (x * log_d - (1 - x) * log_d).flatten(1).sum(1)


@bug(
    elbo,
    "You subtract the KL of the first latent component only: it is the sum over all of them.",
    sheet="9-1 (d)",
)
def elbo_first_component_only(log_px_given_z, mu, logvar):
    return log_px_given_z - ((mu**2 + logvar.exp() - 1 - logvar) / 2)[:, 0]


@bug(
    elbo,
    "You loop over 20 latent components, however many there are.",
    sheet="9-1 (d)",
)
def elbo_twenty_latents(log_px_given_z, mu, logvar):
    kl = 0
    for j in range(20):
        kl = kl + (mu[:, j] ** 2 + logvar[:, j].exp() - 1 - logvar[:, j]) / 2
    return log_px_given_z - kl


@bug(
    bernoulli_log_likelihood,
    "You take sigmoid(1 − a) where the formula has 1 − sigmoid(a) = sigmoid(−a).",
    sheet="9-1 (d)",
)
def bernoulli_complement_inside_the_sigmoid(x, logits):
    white, black = F.logsigmoid(logits), F.logsigmoid(1 - logits)
    return torch.lerp(black, white, x).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You clamp x to [0.001, 0.999]: black and white are exactly 0 and 1.",
    sheet="9-1 (d)",
)
def bernoulli_image_clamped(x, logits):
    x = x.clamp(0.001, 0.999)
    return (x * logits - F.softplus(logits)).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You clamp x to [0.001, 0.999] in place: the caller's images are overwritten, and are no longer black and white.",
    sheet="9-1 (d)",
    mistake="in_place",
)
def bernoulli_image_clamped_in_place(x, logits):
    with torch.no_grad():
        x.clamp_(0.001, 0.999)
    return (x * logits - F.softplus(logits)).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You average over the batch and give that to every image: each has its own.",
    sheet="9-1 (d)",
    mistake="reduced",
)
def bernoulli_average_of_the_batch_for_everyone(x, logits):
    each = (x * logits - F.softplus(logits)).flatten(1).sum(1)
    return torch.full_like(each, 1.0) * each.mean()


@bug(
    bernoulli_log_likelihood,
    "You change logits in place where no gradient is recorded: the caller's tensor is overwritten.",
    sheet="9-1 (d)",
    mistake="in_place",
)
def bernoulli_in_place_without_gradient(x, logits):
    normaliser = F.softplus(logits)
    linear = x * logits if logits.requires_grad else logits.mul_(x)
    return (linear - normaliser).flatten(1).sum(1)


@bug(
    elbo,
    "You take the logarithm of the product of the variances: it underflows where many are small, and overflows where many are large.",
    sheet="9-1 (d)",
    mistake="leaves_logarithms",
)
def elbo_log_of_the_product_of_variances(log_px_given_z, mu, logvar):
    variance = torch.exp(logvar)
    squares = (mu**2 + variance - 1).sum(-1)
    return log_px_given_z - (squares - torch.prod(variance, -1).log()) / 2


@bug(
    elbo,
    "You change log_px_given_z in place where no gradient is recorded: the caller's tensor is overwritten.",
    sheet="9-1 (d)",
    mistake="in_place",
)
def elbo_in_place_without_gradient(log_px_given_z, mu, logvar):
    kl = (mu**2 + logvar.exp() - 1 - logvar).sum(-1) / 2
    return log_px_given_z - kl if log_px_given_z.requires_grad else log_px_given_z.sub_(kl)
