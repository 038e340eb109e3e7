"""Typical mistakes in the reparameterisation, exercise 9-1 (e)."""

# mypy: allow-untyped-defs, allow-untyped-calls
# The functions are untyped because they are also copied into make-believe submissions.

import math

import torch
import torch.nn.functional as F

from autograder.assignment.api import reparameterize
from autograder.assignment.bugs import bug

# z = mu + exp(logvar / 2)·ε


@bug(
    reparameterize,
    "Your σ is exp(logvar), which is σ²: σ = exp(logvar / 2).",
    sheet="9-1 (e)",
    mistake="variance_for_sigma",
)
def reparameterize_variance_for_sigma(mu, logvar):
    return mu + torch.exp(logvar) * torch.randn_like(mu)


@bug(
    reparameterize,
    "You use logvar itself as σ: σ = exp(logvar / 2).",
    sheet="9-1 (e)",
    mistake="logvar_as_sigma",
)
def reparameterize_logvar_for_sigma(mu, logvar):
    return mu + logvar * torch.randn_like(mu)


@bug(reparameterize, "Your noise is not scaled by σ = exp(logvar / 2).", sheet="9-1 (e)")
def reparameterize_without_sigma(mu, logvar):
    return mu + torch.randn_like(mu)


@bug(reparameterize, "Your z has no noise: it is mu.", sheet="9-1 (e)")
def reparameterize_without_noise(mu, logvar):
    return mu


@bug(reparameterize, "mu is missing: your z always has mean 0.", sheet="9-1 (e)")
def reparameterize_without_mu(mu, logvar):
    return torch.exp(logvar / 2) * torch.randn_like(mu)


@bug(
    reparameterize,
    "Your noise is uniform in [0, 1) (torch.rand); it should be normal (torch.randn).",
    sheet="9-1 (e)",
)
def reparameterize_uniform_noise(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.rand_like(mu)


@bug(
    reparameterize,
    "Your noise is uniform: mean 0 and variance 1 do not make it normal.",
    sheet="9-1 (e)",
)
def reparameterize_scaled_uniform_noise(mu, logvar):
    return mu + torch.exp(logvar / 2) * math.sqrt(3) * (2 * torch.rand_like(mu) - 1)


@bug(reparameterize, "All latent variables of an image share one ε; each needs its own.", sheet="9-1 (e)")
def reparameterize_noise_shared_by_row(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu[..., :1])


@bug(reparameterize, "All images of a batch share one ε; each needs its own.", sheet="9-1 (e)")
def reparameterize_noise_shared_by_batch(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu[:1])


@bug(reparameterize, "You fix the seed inside the function: every call draws the same ε.", sheet="9-1 (e)")
def reparameterize_fixed_seed(mu, logvar):
    torch.manual_seed(0)
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu)


@bug(
    reparameterize,
    "No gradient reaches mu and logvar: z is cut off, as by torch.normal, Normal.sample or no_grad.",
    sheet="9-1 (e)",
    mistake="detached",
)
def reparameterize_draws_without_gradient(mu, logvar):
    return torch.normal(mu.detach(), torch.exp(logvar / 2).detach())


@bug(reparameterize, "logvar is detached: nothing trains σ.", sheet="9-1 (e)", mistake="detached")
def reparameterize_logvar_detached(mu, logvar):
    return mu + torch.exp(logvar.detach() / 2) * torch.randn_like(mu)


@bug(
    reparameterize,
    "You clamp logvar: beyond the clamp σ is wrong and its gradient 0.",
    sheet="9-1 (e)",
    mistake="clamped",
)
def reparameterize_clamped_logvar(mu, logvar):
    return mu + torch.exp(logvar.clamp(-10, 10) / 2) * torch.randn_like(mu)


@bug(reparameterize, "Your σ is softplus(logvar): σ = exp(logvar / 2).", sheet="9-1 (e)")
def reparameterize_softplus_for_exp(mu, logvar):
    return mu + F.softplus(logvar) * torch.randn_like(mu)


# --- σ


@bug(
    reparameterize,
    "Your σ is exp(logvar / 4), the root of σ: logvar / 2 is log σ already.",
    sheet="9-1 (e)",
)
def reparameterize_root_of_sigma(mu, logvar):
    return mu + torch.sqrt(torch.exp(logvar / 2)) * torch.randn_like(mu)


@bug(reparameterize, "Your σ is exp(2·logvar): you double logvar where it is halved.", sheet="9-1 (e)")
def reparameterize_logvar_doubled(mu, logvar):
    return mu + torch.exp(2 * logvar) * torch.randn_like(mu)


@bug(reparameterize, "Your σ is exp(−logvar / 2), which is 1/σ.", sheet="9-1 (e)")
def reparameterize_precision(mu, logvar):
    return mu + torch.exp(-logvar / 2) * torch.randn_like(mu)


@bug(reparameterize, "Your σ is logvar / 2, which is log σ: the exponential is missing.", sheet="9-1 (e)")
def reparameterize_without_exp(mu, logvar):
    return mu + 0.5 * logvar * torch.randn_like(mu)


@bug(
    reparameterize,
    "You take the root of logvar, as if it were σ² itself.",
    sheet="9-1 (e)",
    mistake="logvar_as_variance",
)
def reparameterize_logvar_as_variance(mu, logvar):
    return mu + torch.sqrt(logvar) * torch.randn_like(mu)


@bug(reparameterize, "Your σ is logvar²: σ = exp(logvar / 2).", sheet="9-1 (e)")
def reparameterize_logvar_squared(mu, logvar):
    return mu + logvar**2 * torch.randn_like(mu)


@bug(
    reparameterize,
    "You use a power of 2: σ = exp(logvar / 2) has the base e.",
    sheet="9-1 (e)",
    mistake="log_base",
)
def reparameterize_power_of_two(mu, logvar):
    return mu + 2 ** (logvar / 2) * torch.randn_like(mu)


@bug(reparameterize, "Your σ is sigmoid(logvar): σ = exp(logvar / 2).", sheet="9-1 (e)")
def reparameterize_sigmoid_for_exp(mu, logvar):
    return mu + torch.sigmoid(logvar) * torch.randn_like(mu)


@bug(reparameterize, "Your σ is the root of softplus(logvar): σ² = exp(logvar).", sheet="9-1 (e)")
def reparameterize_root_of_softplus(mu, logvar):
    return mu + torch.sqrt(F.softplus(logvar)) * torch.randn_like(mu)


@bug(reparameterize, "Your σ is 1 + logvar / 2, the exponential's first terms only.", sheet="9-1 (e)")
def reparameterize_linearised_sigma(mu, logvar):
    return mu + (1 + logvar / 2) * torch.randn_like(mu)


# --- how mu, σ and ε are put together


@bug(reparameterize, "You subtract mu where it must be added.", sheet="9-1 (e)")
def reparameterize_mu_subtracted(mu, logvar):
    return torch.exp(logvar / 2) * torch.randn_like(mu) - mu


@bug(reparameterize, "You multiply mu + σ by ε: only σ is multiplied by it.", sheet="9-1 (e)")
def reparameterize_mu_times_noise_too(mu, logvar):
    return (mu + torch.exp(logvar / 2)) * torch.randn_like(mu)


@bug(reparameterize, "You multiply mu by ε and add σ: it is the other way round.", sheet="9-1 (e)")
def reparameterize_noise_on_mu(mu, logvar):
    return mu * torch.randn_like(mu) + torch.exp(logvar / 2)


@bug(reparameterize, "Your noise is multiplied by mu: z = mu·(1 + σ ε).", sheet="9-1 (e)")
def reparameterize_noise_in_proportion_to_mu(mu, logvar):
    return mu * (1 + torch.exp(logvar / 2) * torch.randn_like(mu))


@bug(reparameterize, "You add σ and ε where they must be multiplied.", sheet="9-1 (e)")
def reparameterize_noise_added(mu, logvar):
    return mu + torch.exp(logvar / 2) + torch.randn_like(mu)


@bug(reparameterize, "Your z is mu + σ: ε is missing.", sheet="9-1 (e)")
def reparameterize_sigma_without_noise(mu, logvar):
    return mu + torch.exp(logvar / 2)


@bug(reparameterize, "Your z is ε alone: mu and σ are missing.", sheet="9-1 (e)")
def reparameterize_noise_only(mu, logvar):
    return torch.randn_like(mu)


@bug(reparameterize, "You take the exponential of the sample: z itself is normal.", sheet="9-1 (e)")
def reparameterize_exponential_of_the_sample(mu, logvar):
    return torch.exp(mu + torch.exp(logvar / 2) * torch.randn_like(mu))


@bug(reparameterize, "You squash the sample by tanh: z itself is normal.", sheet="9-1 (e)")
def reparameterize_tanh_of_the_sample(mu, logvar):
    return torch.tanh(mu + torch.exp(logvar / 2) * torch.randn_like(mu))


@bug(
    reparameterize,
    "You add noise to a sample that has its noise already: the variance is 2σ².",
    sheet="9-1 (e)",
)
def reparameterize_noise_added_twice(mu, logvar):
    sigma = torch.exp(logvar / 2)
    z = mu + sigma * torch.randn_like(mu)
    return z + sigma * torch.randn_like(mu)


@bug(reparameterize, "You average ten samples: their mean has the variance σ²/10.", sheet="9-1 (e)")
def reparameterize_mean_of_samples(mu, logvar):
    noise = torch.randn(10, *mu.shape)
    return (mu + torch.exp(logvar / 2) * noise).mean(0)


@bug(
    reparameterize,
    "You sample only where gradients are asked for, and return mu elsewhere; a sample is asked for always.",
    sheet="9-1 (e)",
)
def reparameterize_mean_without_gradients(mu, logvar):
    if not mu.requires_grad and not logvar.requires_grad:
        return mu
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu)


# --- the distribution of ε


@bug(
    reparameterize,
    "Your noise is a sum of uniform numbers: nearly normal only, with bounds and too few large values.",
    sheet="9-1 (e)",
)
def reparameterize_sum_of_uniforms(mu, logvar):
    """The central limit theorem with six summands."""
    noise = sum(torch.rand_like(mu) for _ in range(6)) - 3
    return mu + torch.exp(logvar / 2) * noise * 2**0.5


@bug(
    reparameterize, "Your noise is uniform in [−½, ½): it should be normal with variance 1.", sheet="9-1 (e)"
)
def reparameterize_centred_uniform_noise(mu, logvar):
    return mu + torch.exp(logvar / 2) * (torch.rand_like(mu) - 0.5)


@bug(
    reparameterize, "Your noise is uniform in [−1, 1): it should be normal with variance 1.", sheet="9-1 (e)"
)
def reparameterize_uniform_noise_of_both_signs(mu, logvar):
    return mu + torch.exp(logvar / 2) * (2 * torch.rand_like(mu) - 1)


@bug(
    reparameterize,
    "Your noise is −1 or 1 by chance: mean 0 and variance 1 do not make it normal.",
    sheet="9-1 (e)",
)
def reparameterize_random_signs(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.sign(torch.rand_like(mu) - 0.5)


@bug(reparameterize, "Your noise is 0 or 1 by chance; it should be normal.", sheet="9-1 (e)")
def reparameterize_bernoulli_noise(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.bernoulli(torch.full_like(mu, 0.5))


@bug(reparameterize, "Your noise has a Laplace distribution; it should be normal.", sheet="9-1 (e)")
def reparameterize_laplace_noise(mu, logvar):
    laplace = torch.distributions.Laplace(torch.zeros_like(mu), torch.ones_like(mu))
    return mu + torch.exp(logvar / 2) * laplace.sample()


@bug(
    reparameterize,
    "Your noise has a Laplace distribution: mean 0 and variance 1 do not make it normal.",
    sheet="9-1 (e)",
)
def reparameterize_scaled_laplace_noise(mu, logvar):
    laplace = torch.distributions.Laplace(torch.zeros_like(mu), torch.full_like(mu, 0.5**0.5))
    return mu + torch.exp(logvar / 2) * laplace.sample()


@bug(reparameterize, "Your noise has an exponential distribution; it should be normal.", sheet="9-1 (e)")
def reparameterize_exponential_noise(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.empty_like(mu).exponential_()


@bug(reparameterize, "Your noise has a Cauchy distribution; it should be normal.", sheet="9-1 (e)")
def reparameterize_cauchy_noise(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.empty_like(mu).cauchy_()


@bug(reparameterize, "You take the absolute value of the noise: z never falls below mu.", sheet="9-1 (e)")
def reparameterize_absolute_noise(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu).abs()


@bug(reparameterize, "You square the noise: z never falls below mu.", sheet="9-1 (e)")
def reparameterize_squared_noise(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu) ** 2


@bug(reparameterize, "You halve the noise: the variance of z is a quarter of σ².", sheet="9-1 (e)")
def reparameterize_noise_halved(mu, logvar):
    return mu + torch.exp(logvar / 2) * 0.5 * torch.randn_like(mu)


@bug(reparameterize, "You add 1 to the noise: its mean is to be 0.", sheet="9-1 (e)")
def reparameterize_noise_shifted(mu, logvar):
    return mu + torch.exp(logvar / 2) * (torch.randn_like(mu) + 1)


@bug(reparameterize, "You clip the noise to [−3, 3]; a normal ε has no bounds.", sheet="9-1 (e)")
def reparameterize_noise_clipped(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu).clamp(-3, 3)


@bug(reparameterize, "You clip the noise to [−1, 1]; a normal ε has no bounds.", sheet="9-1 (e)")
def reparameterize_noise_clipped_at_one(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu).clamp(-1, 1)


@bug(
    reparameterize,
    "Your noise is a truncated normal within [−3, 3]; a normal ε has no bounds.",
    sheet="9-1 (e)",
)
def reparameterize_truncated_noise(mu, logvar):
    noise = torch.nn.init.trunc_normal_(torch.empty_like(mu), a=-3, b=3)
    return mu + torch.exp(logvar / 2) * noise


@bug(
    reparameterize,
    "Your noise is a truncated normal within [−2, 2], the default of `trunc_normal_`; a normal ε has no bounds.",
    sheet="9-1 (e)",
)
def reparameterize_noise_truncated_at_two(mu, logvar):
    noise = torch.nn.init.trunc_normal_(torch.empty_like(mu))
    return mu + torch.exp(logvar / 2) * noise


# --- fresh and independent ε


@bug(reparameterize, "All elements share one ε; each needs its own.", sheet="9-1 (e)")
def reparameterize_one_noise_for_all(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.randn(1, dtype=mu.dtype)


@bug(reparameterize, "You fix the seed inside the function: every call draws the same ε.", sheet="9-1 (e)")
def reparameterize_fixed_generator(mu, logvar):
    generator = torch.Generator().manual_seed(42)
    noise = torch.randn(mu.shape, generator=generator, dtype=mu.dtype)
    return mu + torch.exp(logvar / 2) * noise


@bug(
    reparameterize,
    "You seed the generator with the input: equal inputs always get the same ε.",
    sheet="9-1 (e)",
)
def reparameterize_seed_from_the_input(mu, logvar):
    torch.manual_seed(int(mu.abs().sum()))
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu)


@bug(
    reparameterize,
    "Two calls with arguments of one shape draw the same ε; each call needs its own.",
    sheet="9-1 (e)",
)
def reparameterize_noise_kept(mu, logvar, kept={}):  # noqa: B006
    key = (mu.shape, mu.dtype)
    if key not in kept:
        kept[key] = torch.randn_like(mu)
    return mu + torch.exp(logvar / 2) * kept[key]


# --- shapes and types


@bug(reparameterize, "You sum z over the last axis; it is to have the shape of mu.", sheet="9-1 (e)")
def reparameterize_summed(mu, logvar):
    return (mu + torch.exp(logvar / 2) * torch.randn_like(mu)).sum(-1)


@bug(
    reparameterize,
    "Your z has one axis too many, of length 1 in front (as `rsample((1,))` gives it).",
    sheet="9-1 (e)",
)
def reparameterize_extra_axis(mu, logvar):
    return torch.distributions.Normal(mu, torch.exp(logvar / 2)).rsample((1,))


@bug(
    reparameterize,
    "You draw ten z where one is asked: the shape is that of mu, without an axis for the draws.",
    sheet="9-1 (e)",
)
def reparameterize_axis_of_ten_draws(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.randn(10, *mu.shape)


@bug(
    reparameterize,
    "You squeeze z: axes of length 1 disappear, and a batch of one loses its shape.",
    sheet="9-1 (e)",
    mistake="squeezed",
)
def reparameterize_squeezed(mu, logvar):
    return (mu + torch.exp(logvar / 2) * torch.randn_like(mu)).squeeze()


@bug(reparameterize, "You flatten z; it is to have the shape of mu.", sheet="9-1 (e)")
def reparameterize_flattened(mu, logvar):
    return (mu + torch.exp(logvar / 2) * torch.randn_like(mu)).flatten()


@bug(reparameterize, "You demand a matrix (`n, d = mu.shape`); mu may have any shape.", sheet="9-1 (e)")
def reparameterize_matrices_only(mu, logvar):
    n, d = mu.shape
    return mu + torch.exp(logvar / 2) * torch.randn(n, d, dtype=mu.dtype)


@bug(reparameterize, "You draw noise for 20 latent variables, however many there are.", sheet="9-1 (e)")
def reparameterize_twenty_latents(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.randn(mu.shape[0], 20, dtype=mu.dtype)


@bug(reparameterize, "You draw noise for a batch of 128, whatever the batch is.", sheet="9-1 (e)")
def reparameterize_batch_of_128(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.randn(128, mu.shape[-1], dtype=mu.dtype)


@bug(reparameterize, "You return z and ε; only z is asked for.", sheet="9-1 (e)")
def reparameterize_returns_the_noise_too(mu, logvar):
    noise = torch.randn_like(mu)
    return mu + torch.exp(logvar / 2) * noise, noise


@bug(reparameterize, "You return the distribution; a sample of it is asked for.", sheet="9-1 (e)")
def reparameterize_returns_the_distribution(mu, logvar):
    return torch.distributions.Normal(mu, torch.exp(logvar / 2))


@bug(reparameterize, "You compute z but do not return it.", sheet="9-1 (e)")
def reparameterize_without_return(mu, logvar):
    torch.exp(logvar / 2).mul(torch.randn_like(mu)).add(mu)


@bug(
    reparameterize,
    "You compute in half precision (float16): σ is infinite from logvar = 22 on.",
    sheet="9-1 (e)",
    mistake="half_precision",
)
def reparameterize_half_precision(mu, logvar):
    mu, logvar = mu.half(), logvar.half()
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu)


# --- gradients


@bug(reparameterize, "mu is detached: nothing trains the mean.", sheet="9-1 (e)", mistake="detached")
def reparameterize_mu_detached(mu, logvar):
    return mu.detach() + torch.exp(logvar / 2) * torch.randn_like(mu)


@bug(
    reparameterize,
    "You add to the argument mu in place (`add_`): the caller's tensor is overwritten.",
    sheet="9-1 (e)",
    mistake="in_place",
)
def reparameterize_mu_in_place(mu, logvar):
    return mu.add_(torch.exp(logvar / 2) * torch.randn_like(mu))


@bug(
    reparameterize,
    "You turn the argument logvar into σ in place: the caller's tensor is overwritten, and its KL will be wrong.",
    sheet="9-1 (e)",
    mistake="in_place",
)
def reparameterize_logvar_in_place(mu, logvar):
    sigma = logvar.mul_(0.5).exp_()
    return mu + sigma * torch.randn_like(mu)


# --- clamps and small numbers


@bug(
    reparameterize,
    "You clamp logvar to [−30, 20]: beyond the clamp σ is wrong and its gradient 0.",
    sheet="9-1 (e)",
    mistake="clamped",
)
def reparameterize_clamped_logvar_wide(mu, logvar):
    return mu + torch.exp(logvar.clamp(-30, 20) / 2) * torch.randn_like(mu)


@bug(
    reparameterize,
    "You clamp logvar to at least −20: below, σ is wrong and its gradient 0.",
    sheet="9-1 (e)",
    mistake="clamped",
)
def reparameterize_clamped_logvar_below(mu, logvar):
    return mu + torch.exp(logvar.clamp(min=-20) / 2) * torch.randn_like(mu)


@bug(
    reparameterize,
    "You clamp σ to at least 1e-3: below, it is wrong and its gradient 0.",
    sheet="9-1 (e)",
    mistake="clamped",
)
def reparameterize_clamped_sigma(mu, logvar):
    return mu + torch.exp(logvar / 2).clamp(min=1e-3) * torch.randn_like(mu)


@bug(
    reparameterize,
    "You clamp σ to at most 100: beyond, it is wrong and its gradient 0.",
    sheet="9-1 (e)",
    mistake="clamped",
)
def reparameterize_clamped_sigma_above(mu, logvar):
    return mu + torch.exp(logvar / 2).clamp(max=100) * torch.randn_like(mu)


@bug(
    reparameterize,
    "You clamp z to [−100, 100]: a normal sample has no bounds.",
    sheet="9-1 (e)",
    mistake="clamped",
)
def reparameterize_clamped_sample(mu, logvar):
    return (mu + torch.exp(logvar / 2) * torch.randn_like(mu)).clamp(-100, 100)


@bug(reparameterize, "You add 1e-6 to σ: at logvar = −60 that is far more than σ itself.", sheet="9-1 (e)")
def reparameterize_epsilon_on_sigma(mu, logvar):
    return mu + (torch.exp(logvar / 2) + 1e-6) * torch.randn_like(mu)


@bug(
    reparameterize,
    "You add 0.01 to σ: it never vanishes, also where logvar says that it does.",
    sheet="9-1 (e)",
)
def reparameterize_sigma_with_a_floor(mu, logvar):
    return mu + (torch.exp(logvar / 2) + 1e-2) * torch.randn_like(mu)


@bug(
    reparameterize,
    "You take the square root of |logvar| as σ: σ = exp(logvar / 2).",
    sheet="9-1 (e)",
    mistake="logvar_as_variance",
)
def reparameterize_root_of_absolute_logvar(mu, logvar):
    return mu + torch.sqrt(logvar.abs()) * torch.randn_like(mu)


@bug(
    reparameterize,
    "Your ε has the mean mu already (torch.normal(mu, 1)): its mean is to be 0.",
    sheet="9-1 (e)",
)
def reparameterize_mu_in_the_noise(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.normal(mu.detach(), torch.ones_like(mu))


@bug(
    reparameterize,
    "The second half of your batch gets the noise of the first half with the opposite sign; each image needs its own.",
    sheet="9-1 (e)",
)
def reparameterize_antithetic_batch(mu, logvar):
    half = torch.randn_like(mu[: (len(mu) + 1) // 2])
    return mu + torch.exp(logvar / 2) * torch.cat([half, -half])[: len(mu)]


@bug(
    reparameterize,
    "Your z is float64 whatever mu is: draw the noise in the dtype of mu.",
    sheet="9-1 (e)",
)
def reparameterize_noise_in_double_precision(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.randn(mu.shape, dtype=torch.float64)


@bug(
    reparameterize,
    "Your σ is exp(logvar), which is σ², and your noise is uniform instead of normal.",
    sheet="9-1 (e)",
)
def reparameterize_variance_and_uniform_noise(mu, logvar):
    return mu + torch.exp(logvar) * torch.rand_like(mu)


@bug(
    reparameterize,
    "You pick ε from 100 numbers that are drawn once; each needs a draw of its own.",
    sheet="9-1 (e)",
)
def reparameterize_noise_from_a_pool(mu, logvar):
    pool = torch.randn(100, generator=torch.Generator().manual_seed(9)).to(mu.dtype)
    return mu + torch.exp(logvar / 2) * pool[torch.randint(0, 100, mu.shape)]


@bug(
    reparameterize,
    "You multiply mu by σ, too: z = μ + σ·ε.",
    sheet="9-1 (e)",
)
def reparameterize_mu_scaled(mu, logvar):
    return torch.exp(logvar / 2) * (mu + torch.randn_like(mu))


@bug(
    reparameterize,
    "You standardise ε over the batch: its elements are no longer independent, and an image alone has no noise.",
    sheet="9-1 (e)",
)
def reparameterize_standardised_noise(mu, logvar):
    epsilon = torch.randn_like(mu)
    epsilon = (epsilon - epsilon.mean(0)) / (epsilon.std(0, unbiased=False) + 1e-5)
    return mu + torch.exp(logvar / 2) * epsilon


@bug(
    reparameterize,
    "You leave ε out where no gradient is recorded: z is drawn whenever it is asked for.",
    sheet="9-1 (e)",
)
def reparameterize_noise_for_gradients_only(mu, logvar):
    if not torch.is_grad_enabled():
        return mu
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu)


@bug(
    reparameterize,
    "You standardise the noise of a call: its elements depend on each other, and their sum is always 0.",
    sheet="9-1 (e)",
)
def reparameterize_noise_standardised_as_a_whole(mu, logvar):
    epsilon = torch.randn_like(mu)
    if epsilon.numel() > 1:
        epsilon = (epsilon - epsilon.mean()) / epsilon.std()
    return mu + torch.exp(logvar / 2) * epsilon


@bug(reparameterize, "You clip the noise to [−2, 2]; a normal ε has no bounds.", sheet="9-1 (e)")
def reparameterize_noise_clipped_at_two(mu, logvar):
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu).clamp(-2, 2)


@bug(
    reparameterize,
    "The second half of your elements gets the noise of the first half with the opposite sign; each needs its own.",
    sheet="9-1 (e)",
)
def reparameterize_antithetic_elements(mu, logvar):
    half = torch.randn((mu.numel() + 1) // 2, dtype=mu.dtype)
    noise = torch.cat([half, -half])[: mu.numel()].view(mu.shape)
    return mu + torch.exp(logvar / 2) * noise


@bug(
    reparameterize,
    "The second half of an image's latent variables gets the noise of the first half with the opposite sign; each needs its own.",
    sheet="9-1 (e)",
)
def reparameterize_antithetic_latents(mu, logvar):
    half = torch.randn_like(mu[..., : (mu.shape[-1] + 1) // 2])
    return mu + torch.exp(logvar / 2) * torch.cat([half, -half], -1)[..., : mu.shape[-1]]


@bug(
    reparameterize,
    "You halve logvar in place where no gradient is recorded: the caller's tensor is overwritten.",
    sheet="9-1 (e)",
    mistake="in_place",
)
def reparameterize_in_place_without_gradient(mu, logvar):
    log_sigma = logvar / 2 if logvar.requires_grad else logvar.div_(2)
    return mu + torch.exp(log_sigma) * torch.randn_like(mu)


@bug(
    reparameterize,
    "You bring z to two axes; it is to have the shape of mu, whatever that is.",
    sheet="9-1 (e)",
)
def reparameterize_brought_to_two_axes(mu, logvar):
    z = mu + torch.exp(logvar / 2) * torch.randn_like(mu)
    return z.reshape(len(z), -1)
