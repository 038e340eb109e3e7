"""Typical mistakes in the KL divergences of exercise 9-1 (a) and (b)."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Untyped, as students write: the texts are also copied into make-believe submissions.

import math

import torch

from autograder.assignment.api import kl_normal, kl_standard_normal
from autograder.assignment.bugs import bug

# 9-1 (a): log(σ₂/σ₁) + (σ₁² + (μ₁−μ₂)²)/(2σ₂²) − ½


@bug(kl_normal, "Your KL lacks the −½: it is not 0 for two equal normals.", sheet="9-1 (a)")
def kl_normal_missing_half(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2)


@bug(kl_normal, "Your KL adds ½ at the end instead of subtracting it.", sheet="9-1 (a)")
def kl_normal_plus_half(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) + 0.5


@bug(kl_normal, "Your KL subtracts 1 at the end instead of ½.", sheet="9-1 (a)")
def kl_normal_minus_one(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 1


@bug(kl_normal, "Your KL is twice the right one: the factor ½ is missing everywhere.", sheet="9-1 (a)")
def kl_normal_doubled(mu1, sigma1, mu2, sigma2):
    return 2 * torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / sigma2**2 - 1


@bug(kl_normal, "You divide by σ₂² instead of 2σ₂².", sheet="9-1 (a)")
def kl_normal_missing_two(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / sigma2**2 - 0.5


@bug(
    kl_normal,
    "Your `/ 2 * sigma2**2` divides by 2 and multiplies by σ₂²: parentheses are missing.",
    sheet="9-1 (a)",
)
def kl_normal_divided_by_two_then_multiplied(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / 2 * sigma2**2 - 0.5


@bug(kl_normal, "Your KL is KL(p‖q): the two distributions are swapped.", sheet="9-1 (a)")
def kl_normal_reversed(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma1 / sigma2) + (sigma2**2 + (mu1 - mu2) ** 2) / (2 * sigma1**2) - 0.5


@bug(kl_normal, "Your logarithm is log(σ₁/σ₂) instead of log(σ₂/σ₁).", sheet="9-1 (a)")
def kl_normal_log_inverted(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma1 / sigma2) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "The term log(σ₂/σ₁) is missing.", sheet="9-1 (a)")
def kl_normal_without_log(mu1, sigma1, mu2, sigma2):
    return (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "Your logarithm is log(σ₂²/σ₁²), twice the right one.", sheet="9-1 (a)")
def kl_normal_log_of_variances(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2**2 / sigma1**2) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "Your logarithm is ½ log(σ₂/σ₁): the ½ belongs to log(σ₂²/σ₁²).", sheet="9-1 (a)")
def kl_normal_half_log(mu1, sigma1, mu2, sigma2):
    return 0.5 * torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You take the logarithm to base 2; the result is to be in nats.", sheet="9-1 (a)")
def kl_normal_log_base_two(mu1, sigma1, mu2, sigma2):
    return torch.log2(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You use σ as if it were the variance σ².", sheet="9-1 (a)")
def kl_normal_sigma_as_variance(mu1, sigma1, mu2, sigma2):
    return 0.5 * torch.log(sigma2 / sigma1) + (sigma1 + (mu1 - mu2) ** 2) / (2 * sigma2) - 0.5


@bug(kl_normal, "σ₁ is not squared in the numerator.", sheet="9-1 (a)")
def kl_normal_sigma1_not_squared(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "σ₂ is not squared in the denominator.", sheet="9-1 (a)")
def kl_normal_sigma2_not_squared(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2) - 0.5


@bug(kl_normal, "You divide by 2σ₁² instead of 2σ₂².", sheet="9-1 (a)")
def kl_normal_divides_by_sigma1(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma1**2) - 0.5


@bug(kl_normal, "μ₁ − μ₂ is not squared.", sheet="9-1 (a)")
def kl_normal_difference_not_squared(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2)) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You take |μ₁ − μ₂| where the formula has its square.", sheet="9-1 (a)")
def kl_normal_absolute_difference(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2).abs()) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You square μ₁ + μ₂ instead of μ₁ − μ₂.", sheet="9-1 (a)")
def kl_normal_means_added(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 + mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You take μ₁² − μ₂² instead of (μ₁ − μ₂)².", sheet="9-1 (a)")
def kl_normal_squares_subtracted(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + mu1**2 - mu2**2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "Your KL does not use μ₂: it has μ₁² instead of (μ₁ − μ₂)².", sheet="9-1 (a)")
def kl_normal_ignores_mu2(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + mu1**2) / (2 * sigma2**2) - 0.5 + 0 * mu2


@bug(kl_normal, "The term with μ₁ − μ₂ is missing.", sheet="9-1 (a)")
def kl_normal_without_means(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + sigma1**2 / (2 * sigma2**2) - 0.5 + 0 * (mu1 - mu2)


@bug(kl_normal, "The term σ₁²/(2σ₂²) is missing.", sheet="9-1 (a)")
def kl_normal_without_sigma1_squared(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (mu1 - mu2) ** 2 / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You square σ₁ + μ₁ − μ₂ as a whole instead of each part.", sheet="9-1 (a)")
def kl_normal_numerator_squared_together(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1 + mu1 - mu2) ** 2 / (2 * sigma2**2) - 0.5


@bug(kl_normal, "Your KL has the opposite sign: it is never positive.", sheet="9-1 (a)")
def kl_normal_wrong_sign(mu1, sigma1, mu2, sigma2):
    return 0.5 - torch.log(sigma2 / sigma1) - (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2)


@bug(kl_normal, "You compute KL(N(μ₁,σ₁²) ‖ N(0,1)), exercise (b), whatever μ₂ and σ₂ are.", sheet="9-1 (a)")
def kl_normal_against_standard_normal(mu1, sigma1, mu2, sigma2):
    return -torch.log(sigma1) + (sigma1**2 + mu1**2) / 2 - 0.5 + 0 * (mu2 + sigma2)


@bug(kl_normal, "You average KL(q‖p) and KL(p‖q); the sheet asks for the first alone.", sheet="9-1 (a)")
def kl_normal_symmetrised(mu1, sigma1, mu2, sigma2):
    forward = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    backward = torch.log(sigma1 / sigma2) + (sigma2**2 + (mu1 - mu2) ** 2) / (2 * sigma1**2) - 0.5
    return (forward + backward) / 2


@bug(
    kl_normal,
    "You compute the cross entropy −∫ q log p; the entropy of q is not subtracted.",
    sheet="9-1 (a)",
)
def kl_normal_cross_entropy(mu1, sigma1, mu2, sigma2):
    return (
        torch.log(sigma2)
        + 0.5 * math.log(2 * math.pi)
        + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2)
        + 0 * sigma1
    )


@bug(kl_normal, "You sum over all entries; the result is to be elementwise.", sheet="9-1 (a)")
def kl_normal_summed(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.sum()


@bug(kl_normal, "You average over all entries; the result is to be elementwise.", sheet="9-1 (a)")
def kl_normal_averaged(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.mean()


@bug(kl_normal, "You sum over the last axis; the result is to be elementwise.", sheet="9-1 (a)")
def kl_normal_summed_over_last_axis(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.sum(-1)


@bug(kl_normal, "Your values are right, but they are detached: no gradient flows back.", sheet="9-1 (a)")
def kl_normal_detached(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.detach()


@bug(kl_normal, "Your values are right, but μ₂ and σ₂ are detached: they get no gradient.", sheet="9-1 (a)")
def kl_normal_p_detached(mu1, sigma1, mu2, sigma2):
    mu2, sigma2 = mu2.detach(), sigma2.detach()
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "You clamp σ to at least 0.01: wrong for smaller σ, and without gradient there.",
    sheet="9-1 (a)",
)
def kl_normal_sigma_clamped(mu1, sigma1, mu2, sigma2):
    sigma1, sigma2 = sigma1.clamp(min=1e-2), sigma2.clamp(min=1e-2)
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You add 1e-6 to σ₂²: as much as σ₂² itself at σ₂ = 1e-3.", sheet="9-1 (a)")
def kl_normal_epsilon_on_variance(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * (sigma2**2 + 1e-6)) - 0.5


@bug(kl_normal, "You cut the result off at 100.", sheet="9-1 (a)")
def kl_normal_result_clamped(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.clamp(0, 100)


@bug(
    kl_normal,
    "You evaluate log(q/p) at the one point x = μ₁ instead of averaging it under q.",
    sheet="9-1 (a)",
)
def kl_normal_at_the_mean_only(mu1, sigma1, mu2, sigma2):
    q = torch.distributions.Normal(mu1, sigma1)
    p = torch.distributions.Normal(mu2, sigma2)
    return q.log_prob(mu1) - p.log_prob(mu1)


@bug(
    kl_normal,
    "You change the argument mu1 in place (`sub_`): the caller's tensor is overwritten.",
    sheet="9-1 (a)",
)
def kl_normal_in_place(mu1, sigma1, mu2, sigma2):
    difference = mu1.sub_(mu2)
    return torch.log(sigma2 / sigma1) + (sigma1**2 + difference**2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "You squeeze the result: axes of length 1 disappear, and a batch of one loses its shape.",
    sheet="9-1 (a)",
)
def kl_normal_squeezed(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.squeeze()


# 9-1 (b): ½(μ² + eᵛ − 1 − v), v = logvar


@bug(kl_standard_normal, "Your KL is twice the right one: the factor ½ is missing.", sheet="9-1 (b)")
def kl_standard_normal_missing_half(mu, logvar):
    return mu**2 + logvar.exp() - 1 - logvar


@bug(kl_standard_normal, "Your KL has the opposite sign: it is never positive.", sheet="9-1 (b)")
def kl_standard_normal_wrong_sign(mu, logvar):
    return 0.5 * (1 + logvar - mu**2 - logvar.exp())


@bug(kl_standard_normal, "The −1 is missing: your KL is ½ at the standard normal, not 0.", sheet="9-1 (b)")
def kl_standard_normal_without_one(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - logvar)


@bug(kl_standard_normal, "You add 1 where it must be subtracted.", sheet="9-1 (b)")
def kl_standard_normal_plus_one(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() + 1 - logvar)


@bug(kl_standard_normal, "You add logvar where it must be subtracted.", sheet="9-1 (b)")
def kl_standard_normal_logvar_added(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 + logvar)


@bug(kl_standard_normal, "The term −logvar is missing.", sheet="9-1 (b)")
def kl_standard_normal_without_logvar(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1)


@bug(kl_standard_normal, "The term e^logvar = σ² is missing.", sheet="9-1 (b)")
def kl_standard_normal_without_variance(mu, logvar):
    return 0.5 * (mu**2 - 1 - logvar)


@bug(kl_standard_normal, "The term mu² is missing.", sheet="9-1 (b)")
def kl_standard_normal_without_mu(mu, logvar):
    return 0.5 * (logvar.exp() - 1 - logvar) + 0 * mu


@bug(kl_standard_normal, "mu is not squared.", sheet="9-1 (b)")
def kl_standard_normal_mu_not_squared(mu, logvar):
    return 0.5 * (mu + logvar.exp() - 1 - logvar)


@bug(kl_standard_normal, "You take |mu| where the formula has mu².", sheet="9-1 (b)")
def kl_standard_normal_absolute_mu(mu, logvar):
    return 0.5 * (mu.abs() + logvar.exp() - 1 - logvar)


@bug(kl_standard_normal, "You read logvar as log σ; it is log σ².", sheet="9-1 (b)")
def kl_standard_normal_logvar_as_log_sigma(mu, logvar):
    return 0.5 * (mu**2 + (2 * logvar).exp() - 1 - 2 * logvar)


@bug(kl_standard_normal, "You read logvar as σ itself.", sheet="9-1 (b)")
def kl_standard_normal_logvar_as_sigma(mu, logvar):
    return 0.5 * (mu**2 + logvar**2 - 1) - logvar.abs().log()


@bug(kl_standard_normal, "You read logvar as the variance σ² itself.", sheet="9-1 (b)")
def kl_standard_normal_logvar_as_variance(mu, logvar):
    return 0.5 * (mu**2 + logvar - 1 - logvar.abs().log())


@bug(kl_standard_normal, "You use e^(logvar/2) = σ where the formula has σ² = e^logvar.", sheet="9-1 (b)")
def kl_standard_normal_sigma_for_variance(mu, logvar):
    return 0.5 * (mu**2 + (0.5 * logvar).exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "You subtract logvar/2 inside the bracket; the ½ stands before the bracket already.",
    sheet="9-1 (b)",
)
def kl_standard_normal_half_logvar(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - 0.5 * logvar)


@bug(kl_standard_normal, "You square e^logvar, which is σ² already.", sheet="9-1 (b)")
def kl_standard_normal_variance_squared(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() ** 2 - 1 - logvar)


@bug(
    kl_standard_normal,
    "Your ½ stands before mu² only; it belongs before the whole bracket.",
    sheet="9-1 (b)",
)
def kl_standard_normal_half_on_mu_only(mu, logvar):
    return 0.5 * mu**2 + logvar.exp() - 1 - logvar


@bug(
    kl_standard_normal,
    "Your ½ stands before e^logvar − 1 − logvar only; mu² needs it, too.",
    sheet="9-1 (b)",
)
def kl_standard_normal_half_on_variances_only(mu, logvar):
    return mu**2 + 0.5 * (logvar.exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "Your KL is KL(N(0,1) ‖ N(mu, e^logvar)): the two distributions are swapped.",
    sheet="9-1 (b)",
)
def kl_standard_normal_reversed(mu, logvar):
    return 0.5 * ((1 + mu**2) / logvar.exp() - 1 + logvar)


@bug(kl_standard_normal, "You use e^(−logvar) = 1/σ² where the formula has σ².", sheet="9-1 (b)")
def kl_standard_normal_precision(mu, logvar):
    return 0.5 * (mu**2 + (-logvar).exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "You replaced e^v − 1 − v by its first term v²/2: right near v = 0 only.",
    sheet="9-1 (b)",
)
def kl_standard_normal_quadratic_approximation(mu, logvar):
    return 0.5 * (mu**2 + 0.5 * logvar**2)


@bug(
    kl_standard_normal,
    "You sum over all entries; the result is to be elementwise (the sum belongs to the ELBO).",
    sheet="9-1 (b)",
)
def kl_standard_normal_summed(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum()


@bug(
    kl_standard_normal,
    "You sum over the last axis; the result is to be elementwise (the sum belongs to the ELBO).",
    sheet="9-1 (b)",
)
def kl_standard_normal_summed_over_latents(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1)


@bug(kl_standard_normal, "You average over all entries; the result is to be elementwise.", sheet="9-1 (b)")
def kl_standard_normal_averaged(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).mean()


@bug(
    kl_standard_normal,
    "You clamp logvar to [−10, 10]: wrong outside, and without gradient there.",
    sheet="9-1 (b)",
)
def kl_standard_normal_logvar_clamped(mu, logvar):
    logvar = logvar.clamp(-10, 10)
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "You add 1e-8 inside the logarithm: it stops falling at logvar = −18.",
    sheet="9-1 (b)",
)
def kl_standard_normal_epsilon_in_log(mu, logvar):
    variance = logvar.exp()
    return 0.5 * (mu**2 + variance - 1 - torch.log(variance + 1e-8))


@bug(
    kl_standard_normal,
    "Your values are right, but they are detached: no gradient flows back.",
    sheet="9-1 (b)",
)
def kl_standard_normal_detached(mu, logvar):
    return (0.5 * (mu**2 + logvar.exp() - 1 - logvar)).detach()


@bug(kl_standard_normal, "Your values are right, but mu is detached: it gets no gradient.", sheet="9-1 (b)")
def kl_standard_normal_mu_detached(mu, logvar):
    return 0.5 * (mu.detach() ** 2 + logvar.exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "Your values are right, but logvar is detached: it gets no gradient.",
    sheet="9-1 (b)",
)
def kl_standard_normal_logvar_detached(mu, logvar):
    logvar = logvar.detach()
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "You change the argument logvar in place (`exp_`): the caller's tensor is overwritten.",
    sheet="9-1 (b)",
)
def kl_standard_normal_in_place(mu, logvar):
    before = logvar.clone()
    return 0.5 * (mu**2 + logvar.exp_() - 1 - before)
