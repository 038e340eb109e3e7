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
)
def bernoulli_wrong_sign(x, logits):
    per_pixel = F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(bernoulli_log_likelihood, "You average over the pixels; log p(x|z) is their sum.", sheet="9-1 (d)")
def bernoulli_averaged_over_pixels(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).mean(1)


@bug(
    bernoulli_log_likelihood,
    "You sum over the batch as well; one number per image is asked for.",
    sheet="9-1 (d)",
)
def bernoulli_summed_over_batch(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="sum")


@bug(
    bernoulli_log_likelihood,
    "You average over pixels and batch (the default of the BCE losses); a sum per image is asked for.",
    sheet="9-1 (d)",
)
def bernoulli_averaged_over_everything(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x)


@bug(
    bernoulli_log_likelihood,
    "You return one number per pixel; the sum over the pixels is missing.",
    sheet="9-1 (d)",
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
)
def bernoulli_logits_as_probabilities(x, logits):
    d = logits.clamp(1e-6, 1 - 1e-6)
    return (x * d.log() + (1 - x) * (1 - d).log()).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You apply the sigmoid twice: binary_cross_entropy_with_logits has its own.",
    sheet="9-1 (d)",
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


@bug(bernoulli_log_likelihood, "You take logarithms to base 2; the result is to be in nats.", sheet="9-1 (d)")
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
)
def bernoulli_literal(x, logits):
    d = torch.sigmoid(logits)
    return (x * torch.log(d) + (1 - x) * torch.log(1 - d)).flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You add 1e-8 inside the logarithms: they stop at −18.4, and the gradient vanishes.",
    sheet="9-1 (d)",
)
def bernoulli_epsilon_in_log(x, logits):
    d = torch.sigmoid(logits)
    per_pixel = x * torch.log(d + 1e-8) + (1 - x) * torch.log(1 - d + 1e-8)
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "F.binary_cross_entropy on sigmoid(logits) cuts the logarithm off at −100 and loses the gradient.",
    sheet="9-1 (d)",
)
def bernoulli_bce_on_probabilities(x, logits):
    per_pixel = -F.binary_cross_entropy(torch.sigmoid(logits), x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You clamp the logits to [−10, 10]: wrong outside, and without gradient there.",
    sheet="9-1 (d)",
)
def bernoulli_logits_clamped(x, logits):
    logits = logits.clamp(-10, 10)
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1)


@bug(
    bernoulli_log_likelihood,
    "You clamp D to [1e-6, 1 − 1e-6]: saturated pixels get no gradient.",
    sheet="9-1 (d)",
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
)
def bernoulli_detached(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1).detach()


@bug(
    bernoulli_log_likelihood,
    "You squeeze the result: axes of length 1 disappear, and a batch of one loses its shape.",
    sheet="9-1 (d)",
)
def bernoulli_squeezed(x, logits):
    per_pixel = -F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return per_pixel.flatten(1).sum(1).squeeze()


# 9-1 (d): log p(x|z) − Σ_j ½(μ_j² + e^{v_j} − 1 − v_j)


@bug(elbo, "Your result is −ELBO, the loss; the ELBO itself is asked for, to be maximised.", sheet="9-1 (d)")
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
)
def elbo_kl_averaged_over_latents(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).mean(1)
    return log_px_given_z - kl


@bug(elbo, "You sum the KL over the batch as well: every image pays for all others.", sheet="9-1 (d)")
def elbo_kl_summed_over_everything(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum()
    return log_px_given_z - kl


@bug(elbo, "You average the KL over the batch: every image pays the same.", sheet="9-1 (d)")
def elbo_kl_averaged_over_batch(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl.mean()


@bug(elbo, "You average over the batch; one number per image is asked for.", sheet="9-1 (d)")
def elbo_averaged_over_batch(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return (log_px_given_z - kl).mean()


@bug(elbo, "You sum over the batch; one number per image is asked for.", sheet="9-1 (d)")
def elbo_summed_over_batch(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return (log_px_given_z - kl).sum()


@bug(elbo, "The KL divergence is missing: you return log p(x|z) alone.", sheet="9-1 (d)")
def elbo_without_kl(log_px_given_z, mu, logvar):
    return log_px_given_z + 0 * (mu + logvar).sum(1)


@bug(elbo, "log p(x|z) is missing: you return −KL alone.", sheet="9-1 (d)")
def elbo_without_likelihood(log_px_given_z, mu, logvar):
    return -0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1) + 0 * log_px_given_z


@bug(elbo, "Your KL is twice the right one: the factor ½ is missing.", sheet="9-1 (d)")
def elbo_missing_half(log_px_given_z, mu, logvar):
    kl = (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You read logvar as log σ; it is log σ².", sheet="9-1 (d)")
def elbo_logvar_as_log_sigma(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + (2 * logvar).exp() - 1 - 2 * logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You use e^(logvar/2) = σ where the KL has σ² = e^logvar.", sheet="9-1 (d)")
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


@bug(elbo, "mu is not squared in the KL.", sheet="9-1 (d)")
def elbo_mu_not_squared(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "Your KL is that of the prior from q: the two distributions are swapped.", sheet="9-1 (d)")
def elbo_reverse_kl(log_px_given_z, mu, logvar):
    kl = 0.5 * ((1 + mu**2) / logvar.exp() - 1 + logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You average log p(x|z) over the batch; each image has its own.", sheet="9-1 (d)")
def elbo_likelihood_averaged(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z.mean() - kl


@bug(elbo, "You weight the KL by 4 (a β-VAE); the ELBO has weight 1.", sheet="9-1 (d)")
def elbo_beta_four(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - 4 * kl


@bug(elbo, "You do not sum the KL over the latent components: the shape is (N, latent_dim).", sheet="9-1 (d)")
def elbo_not_summed(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar)
    return log_px_given_z.unsqueeze(1) - kl


@bug(elbo, "You keep the latent axis: (N,) − (N, 1) broadcasts to (N, N).", sheet="9-1 (d)")
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


@bug(elbo, "Your values are right, but they are detached: no gradient flows back.", sheet="9-1 (d)")
def elbo_detached(log_px_given_z, mu, logvar):
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return (log_px_given_z - kl).detach()


@bug(elbo, "You clamp logvar to [−10, 10]: wrong outside, and without gradient there.", sheet="9-1 (d)")
def elbo_logvar_clamped(log_px_given_z, mu, logvar):
    logvar = logvar.clamp(-10, 10)
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    return log_px_given_z - kl


@bug(elbo, "You add 1e-8 inside the logarithm of the KL: it stops falling at logvar = −18.", sheet="9-1 (d)")
def elbo_epsilon_in_log(log_px_given_z, mu, logvar):
    variance = logvar.exp()
    kl = 0.5 * (mu**2 + variance - 1 - torch.log(variance + 1e-8)).sum(1)
    return log_px_given_z - kl


@bug(
    elbo,
    "You bound each component's KL from below by 0.5 (“free bits”); the ELBO has no such bound.",
    sheet="9-1 (d)",
)
def elbo_free_bits(log_px_given_z, mu, logvar):
    kl = (0.5 * (mu**2 + logvar.exp() - 1 - logvar)).clamp(min=0.5).sum(1)
    return log_px_given_z - kl
