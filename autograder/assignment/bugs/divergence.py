"""Typical mistakes in the KL divergences of exercise 9-1 (a) and (b)."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Untyped, as students write: the texts are also copied into make-believe submissions.

import math

import torch
import torch.nn.functional as F

from autograder.assignment.api import kl_normal, kl_standard_normal
from autograder.assignment.bugs import bug

# 9-1 (a): log(σ₂/σ₁) + (σ₁² + (μ₁−μ₂)²)/(2σ₂²) − ½


@bug(
    kl_normal,
    "Your KL lacks the −½: it is not 0 for two equal normals.",
    sheet="9-1 (a)",
    mistake="missing_half",
)
def kl_normal_missing_half(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2)


@bug(kl_normal, "Your KL adds ½ at the end instead of subtracting it.", sheet="9-1 (a)")
def kl_normal_plus_half(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) + 0.5


@bug(kl_normal, "Your KL subtracts 1 at the end instead of ½.", sheet="9-1 (a)")
def kl_normal_minus_one(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 1


@bug(
    kl_normal,
    "Your KL is twice the right one: the factor ½ is missing everywhere.",
    sheet="9-1 (a)",
    mistake="missing_half",
)
def kl_normal_doubled(mu1, sigma1, mu2, sigma2):
    return 2 * torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / sigma2**2 - 1


@bug(kl_normal, "You divide by σ₂² instead of 2σ₂².", sheet="9-1 (a)", mistake="missing_half")
def kl_normal_missing_two(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / sigma2**2 - 0.5


@bug(
    kl_normal,
    "Your `/ 2 * sigma2**2` divides by 2 and multiplies by σ₂²: parentheses are missing.",
    sheet="9-1 (a)",
)
def kl_normal_divided_by_two_then_multiplied(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / 2 * sigma2**2 - 0.5


@bug(
    kl_normal,
    "Your KL is KL(p‖q): the two distributions are swapped.",
    sheet="9-1 (a)",
    mistake="reversed_kl",
)
def kl_normal_reversed(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma1 / sigma2) + (sigma2**2 + (mu1 - mu2) ** 2) / (2 * sigma1**2) - 0.5


@bug(kl_normal, "Your logarithm is log(σ₁/σ₂) instead of log(σ₂/σ₁).", sheet="9-1 (a)")
def kl_normal_log_inverted(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma1 / sigma2) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "The term log(σ₂/σ₁) is missing.", sheet="9-1 (a)")
def kl_normal_without_log(mu1, sigma1, mu2, sigma2):
    return (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "Your logarithm is log(σ₂²/σ₁²), twice the right one.",
    sheet="9-1 (a)",
    mistake="variance_for_sigma",
)
def kl_normal_log_of_variances(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2**2 / sigma1**2) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "Your logarithm is ½ log(σ₂/σ₁): the ½ belongs to log(σ₂²/σ₁²).", sheet="9-1 (a)")
def kl_normal_half_log(mu1, sigma1, mu2, sigma2):
    return 0.5 * torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "You take the logarithm to base 2; the result is to be in nats.",
    sheet="9-1 (a)",
    mistake="log_base",
)
def kl_normal_log_base_two(mu1, sigma1, mu2, sigma2):
    return torch.log2(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You use σ as if it were the variance σ².", sheet="9-1 (a)", mistake="sigma_for_variance")
def kl_normal_sigma_as_variance(mu1, sigma1, mu2, sigma2):
    return 0.5 * torch.log(sigma2 / sigma1) + (sigma1 + (mu1 - mu2) ** 2) / (2 * sigma2) - 0.5


@bug(kl_normal, "σ₁ is not squared in the numerator.", sheet="9-1 (a)", mistake="not_squared")
def kl_normal_sigma1_not_squared(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "σ₂ is not squared in the denominator.", sheet="9-1 (a)", mistake="not_squared")
def kl_normal_sigma2_not_squared(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2) - 0.5


@bug(kl_normal, "You divide by 2σ₁² instead of 2σ₂².", sheet="9-1 (a)")
def kl_normal_divides_by_sigma1(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma1**2) - 0.5


@bug(kl_normal, "μ₁ − μ₂ is not squared.", sheet="9-1 (a)", mistake="not_squared")
def kl_normal_difference_not_squared(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2)) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal, "You take |μ₁ − μ₂| where the formula has its square.", sheet="9-1 (a)", mistake="not_squared"
)
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
    return torch.log(sigma2 / sigma1) + (sigma1**2 + mu1**2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "The term with μ₁ − μ₂ is missing.", sheet="9-1 (a)")
def kl_normal_without_means(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + sigma1**2 / (2 * sigma2**2) - 0.5


@bug(kl_normal, "The term σ₁²/(2σ₂²) is missing.", sheet="9-1 (a)")
def kl_normal_without_sigma1_squared(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (mu1 - mu2) ** 2 / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You square σ₁ + μ₁ − μ₂ as a whole instead of each part.", sheet="9-1 (a)")
def kl_normal_numerator_squared_together(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1 + mu1 - mu2) ** 2 / (2 * sigma2**2) - 0.5


@bug(kl_normal, "Your KL has the opposite sign: it is never positive.", sheet="9-1 (a)", mistake="negated")
def kl_normal_wrong_sign(mu1, sigma1, mu2, sigma2):
    return 0.5 - torch.log(sigma2 / sigma1) - (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2)


@bug(kl_normal, "You compute KL(N(μ₁,σ₁²) ‖ N(0,1)), exercise (b), whatever μ₂ and σ₂ are.", sheet="9-1 (a)")
def kl_normal_against_standard_normal(mu1, sigma1, mu2, sigma2):
    return -torch.log(sigma1) + (sigma1**2 + mu1**2) / 2 - 0.5


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
    fraction = (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2)
    return torch.log(sigma2) + 0.5 * math.log(2 * math.pi) + fraction


@bug(
    kl_normal,
    "You sum over all entries; the result is to be elementwise.",
    sheet="9-1 (a)",
    mistake="reduced",
)
def kl_normal_summed(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.sum()


@bug(
    kl_normal,
    "You average over all entries; the result is to be elementwise.",
    sheet="9-1 (a)",
    mistake="reduced",
)
def kl_normal_averaged(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.mean()


@bug(
    kl_normal,
    "You sum over the last axis; the result is to be elementwise.",
    sheet="9-1 (a)",
    mistake="reduced",
)
def kl_normal_summed_over_last_axis(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.sum(-1)


@bug(
    kl_normal,
    "Your values are right, but they are detached: no gradient flows back.",
    sheet="9-1 (a)",
    mistake="detached",
)
def kl_normal_detached(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.detach()


@bug(
    kl_normal,
    "Your values are right, but μ₂ and σ₂ are detached: they get no gradient.",
    sheet="9-1 (a)",
    mistake="detached",
)
def kl_normal_p_detached(mu1, sigma1, mu2, sigma2):
    mu2, sigma2 = mu2.detach(), sigma2.detach()
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "You clamp σ to at least 0.01: wrong for smaller σ, and without gradient there.",
    sheet="9-1 (a)",
    mistake="clamped",
)
def kl_normal_sigma_clamped(mu1, sigma1, mu2, sigma2):
    sigma1, sigma2 = sigma1.clamp(min=1e-2), sigma2.clamp(min=1e-2)
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You add 1e-8 to σ₂²: 1 % of it at σ₂ = 1e-3.", sheet="9-1 (a)")
def kl_normal_epsilon_on_variance(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * (sigma2**2 + 1e-8)) - 0.5


@bug(kl_normal, "You cut the result off at 1000.", sheet="9-1 (a)", mistake="clamped")
def kl_normal_result_clamped(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.clamp(0, 1000)


@bug(
    kl_normal,
    "Your fraction has σ₂² where the formula has σ₁², or log(q/p) is taken at the one point x = μ₁ only: q's own width is missing.",
    sheet="9-1 (a)",
)
def kl_normal_at_the_mean_only(mu1, sigma1, mu2, sigma2):
    q = torch.distributions.Normal(mu1, sigma1)
    p = torch.distributions.Normal(mu2, sigma2)
    return q.log_prob(mu1) - p.log_prob(mu1)


@bug(
    kl_normal,
    "You change the argument mu1 in place: the caller's tensor is overwritten.",
    sheet="9-1 (a)",
    mistake="in_place",
)
def kl_normal_in_place(mu1, sigma1, mu2, sigma2):
    difference = mu1.sub_(mu2)
    return torch.log(sigma2 / sigma1) + (sigma1**2 + difference**2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "You squeeze the result: axes of length 1 disappear, and a batch of one loses its shape.",
    sheet="9-1 (a)",
    mistake="squeezed",
)
def kl_normal_squeezed(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.squeeze()


# --- factors, terms and signs


@bug(kl_normal, "Your KL is half the right one: all of it is multiplied by ½.", sheet="9-1 (a)")
def kl_normal_halved(mu1, sigma1, mu2, sigma2):
    return 0.5 * (torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5)


@bug(
    kl_normal,
    "You divide the KL by log 2: that is bits; the result is to be in nats.",
    sheet="9-1 (a)",
    mistake="log_base",
)
def kl_normal_in_bits(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl / math.log(2)


@bug(
    kl_normal,
    "You take the logarithm to base 10; the result is to be in nats.",
    sheet="9-1 (a)",
    mistake="log_base",
)
def kl_normal_log_base_ten(mu1, sigma1, mu2, sigma2):
    return torch.log10(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You add σ₂/σ₁ itself; its logarithm is missing.", sheet="9-1 (a)")
def kl_normal_ratio_without_log(mu1, sigma1, mu2, sigma2):
    return sigma2 / sigma1 + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "Your logarithm is log(1 + σ₂/σ₁) (`log1p`) instead of log(σ₂/σ₁).", sheet="9-1 (a)")
def kl_normal_log1p(mu1, sigma1, mu2, sigma2):
    return torch.log1p(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You add log σ₁ to log σ₂: that is log(σ₁σ₂), not log(σ₂/σ₁).", sheet="9-1 (a)")
def kl_normal_logs_added(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2) + torch.log(sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You divide log σ₂ by log σ₁: the ratio belongs inside the logarithm.", sheet="9-1 (a)")
def kl_normal_ratio_of_logs(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2) / torch.log(sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "Your logarithm is log(σ₂ − σ₁) instead of log(σ₂/σ₁).", sheet="9-1 (a)")
def kl_normal_log_of_difference(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 - sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You take |log(σ₂/σ₁)|: the logarithm is negative where σ₂ < σ₁.", sheet="9-1 (a)")
def kl_normal_absolute_log(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1).abs() + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "Your KL is log(σ₂/σ₁) alone, the difference of the two entropies.", sheet="9-1 (a)")
def kl_normal_entropy_difference(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1)


@bug(kl_normal, "Your KL is (μ₁−μ₂)²/(2σ₂²) alone: right for σ₁ = σ₂ only.", sheet="9-1 (a)")
def kl_normal_means_only(mu1, sigma1, mu2, sigma2):
    return (mu1 - mu2) ** 2 / (2 * sigma2**2)


@bug(kl_normal, "Your KL does not use μ₁: it has μ₂² instead of (μ₁ − μ₂)².", sheet="9-1 (a)")
def kl_normal_ignores_mu1(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + mu2**2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You subtract σ₁² in the numerator where it must be added.", sheet="9-1 (a)")
def kl_normal_sigma1_subtracted(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + ((mu1 - mu2) ** 2 - sigma1**2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You subtract (μ₁−μ₂)² in the numerator where it must be added.", sheet="9-1 (a)")
def kl_normal_distance_subtracted(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 - (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You subtract the fraction where it must be added.", sheet="9-1 (a)")
def kl_normal_fraction_subtracted(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) - (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "Your fraction has σ₂² where the formula has σ₁², or log(q/p) is taken at the one point x = μ₁ only: q's own width is missing.",
    sheet="9-1 (a)",
)
def kl_normal_sigma2_in_the_numerator(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma2**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You divide by 2σ₁σ₂ instead of 2σ₂².", sheet="9-1 (a)")
def kl_normal_divides_by_both_sigmas(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma1 * sigma2) - 0.5


@bug(kl_normal, "Only (μ₁−μ₂)² is divided by 2σ₂²: σ₁² belongs over the same fraction bar.", sheet="9-1 (a)")
def kl_normal_sigma1_outside_the_fraction(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + sigma1**2 + (mu1 - mu2) ** 2 / (2 * sigma2**2) - 0.5


@bug(kl_normal, "Only σ₁² is divided by 2σ₂²: (μ₁−μ₂)² belongs over the same fraction bar.", sheet="9-1 (a)")
def kl_normal_means_outside_the_fraction(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + sigma1**2 / (2 * sigma2**2) + (mu1 - mu2) ** 2 - 0.5


@bug(kl_normal, "Your logarithm stands inside the numerator: it is not divided by 2σ₂².", sheet="9-1 (a)")
def kl_normal_log_inside_the_fraction(mu1, sigma1, mu2, sigma2):
    return (torch.log(sigma2 / sigma1) + sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "Your −½ stands inside the numerator: it is not divided by 2σ₂².", sheet="9-1 (a)")
def kl_normal_half_inside_the_fraction(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2 - 0.5) / (2 * sigma2**2)


@bug(kl_normal, "You square the 2, too: you divide by (2σ₂)² instead of 2σ₂².", sheet="9-1 (a)")
def kl_normal_two_squared(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2) ** 2 - 0.5


@bug(kl_normal, "You divide by ½σ₂² instead of 2σ₂².", sheet="9-1 (a)")
def kl_normal_half_in_the_denominator(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (0.5 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "Your ½ stands before σ₁²/σ₂² only; (μ₁−μ₂)²/σ₂² needs it, too.",
    sheet="9-1 (a)",
    mistake="missing_half",
)
def kl_normal_half_on_variances_only(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + 0.5 * (sigma1 / sigma2) ** 2 + ((mu1 - mu2) / sigma2) ** 2 - 0.5


@bug(
    kl_normal,
    "Your ½ stands before (μ₁−μ₂)²/σ₂² only; σ₁²/σ₂² needs it, too.",
    sheet="9-1 (a)",
    mistake="missing_half",
)
def kl_normal_half_on_means_only(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1 / sigma2) ** 2 + 0.5 * ((mu1 - mu2) / sigma2) ** 2 - 0.5


# --- units of sigma, order of arguments


@bug(
    kl_normal,
    "You square σ before you use it as a standard deviation: your KL is that of σ² in the place of σ.",
    sheet="9-1 (a)",
    mistake="variance_for_sigma",
)
def kl_normal_variance_for_sigma(mu1, sigma1, mu2, sigma2):
    q = torch.distributions.Normal(mu1, sigma1**2)
    p = torch.distributions.Normal(mu2, sigma2**2)
    return torch.distributions.kl_divergence(q, p)


@bug(kl_normal, "Neither σ₁ nor σ₂ is squared in the fraction.", sheet="9-1 (a)", mistake="not_squared")
def kl_normal_sigmas_not_squared(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1 + (mu1 - mu2) ** 2) / (2 * sigma2) - 0.5


@bug(kl_normal, "No square of the formula is there.", sheet="9-1 (a)", mistake="not_squared")
def kl_normal_nothing_squared(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1 + mu1 - mu2) / (2 * sigma2) - 0.5


@bug(kl_normal, "You read sigma as log σ: it is σ itself.", sheet="9-1 (a)")
def kl_normal_sigma_as_log_sigma(mu1, sigma1, mu2, sigma2):
    s1, s2 = torch.exp(sigma1), torch.exp(sigma2)
    return sigma2 - sigma1 + (s1**2 + (mu1 - mu2) ** 2) / (2 * s2**2) - 0.5


@bug(kl_normal, "You read sigma as log σ²: it is σ itself.", sheet="9-1 (a)")
def kl_normal_sigma_as_logvar(mu1, sigma1, mu2, sigma2):
    v1, v2 = torch.exp(sigma1), torch.exp(sigma2)
    return 0.5 * (sigma2 - sigma1) + (v1 + (mu1 - mu2) ** 2) / (2 * v2) - 0.5


@bug(kl_normal, "You read sigma as the precision 1/σ²: it is σ itself.", sheet="9-1 (a)")
def kl_normal_sigma_as_precision(mu1, sigma1, mu2, sigma2):
    return 0.5 * torch.log(sigma1 / sigma2) + (1 / sigma1 + (mu1 - mu2) ** 2) * sigma2 / 2 - 0.5


@bug(kl_normal, "You apply softplus to sigma, which is positive already.", sheet="9-1 (a)")
def kl_normal_softplus_of_sigma(mu1, sigma1, mu2, sigma2):
    s1, s2 = F.softplus(sigma1), F.softplus(sigma2)
    return torch.log(s2 / s1) + (s1**2 + (mu1 - mu2) ** 2) / (2 * s2**2) - 0.5


@bug(kl_normal, "Your parameters stand in another order: mu1, mu2, sigma1, sigma2.", sheet="9-1 (a)")
def kl_normal_parameters_in_another_order(mu1, mu2, sigma1, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


# --- another quantity, or the right one by other means


@bug(kl_normal, "You add KL(q‖p) and KL(p‖q); the sheet asks for the first alone.", sheet="9-1 (a)")
def kl_normal_jeffreys(mu1, sigma1, mu2, sigma2):
    d = (mu1 - mu2) ** 2
    return (sigma1**2 + d) / (2 * sigma2**2) + (sigma2**2 + d) / (2 * sigma1**2) - 1


@bug(
    kl_normal,
    "You compute a Jensen-Shannon divergence, the mean KL from a normal in the middle; the sheet asks for KL(q‖p).",
    sheet="9-1 (a)",
)
def kl_normal_jensen_shannon(mu1, sigma1, mu2, sigma2):
    q = torch.distributions.Normal(mu1, sigma1)
    p = torch.distributions.Normal(mu2, sigma2)
    middle = torch.distributions.Normal((mu1 + mu2) / 2, (sigma1 + sigma2) / 2)
    return 0.5 * (torch.distributions.kl_divergence(q, middle) + torch.distributions.kl_divergence(p, middle))


@bug(kl_normal, "You compute the squared Wasserstein distance (μ₁−μ₂)² + (σ₁−σ₂)².", sheet="9-1 (a)")
def kl_normal_wasserstein(mu1, sigma1, mu2, sigma2):
    return (mu1 - mu2) ** 2 + (sigma1 - sigma2) ** 2


@bug(kl_normal, "You compute the Bhattacharyya distance of the two normals.", sheet="9-1 (a)")
def kl_normal_bhattacharyya(mu1, sigma1, mu2, sigma2):
    total = sigma1**2 + sigma2**2
    return 0.25 * (mu1 - mu2) ** 2 / total + 0.5 * torch.log(total / (2 * sigma1 * sigma2))


@bug(kl_normal, "You compute E_q[log p], which is minus the cross entropy.", sheet="9-1 (a)")
def kl_normal_expected_log_density(mu1, sigma1, mu2, sigma2):
    fraction = (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2)
    return -torch.log(sigma2) - 0.5 * math.log(2 * math.pi) - fraction


@bug(kl_normal, "You compute the entropy of q, which knows nothing of p.", sheet="9-1 (a)")
def kl_normal_entropy_of_q(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma1) + 0.5 * math.log(2 * math.pi * math.e)


@bug(
    kl_normal,
    "You compute log q(μ₂) − log p(μ₂) at the one point x = μ₂ instead of averaging under q.",
    sheet="9-1 (a)",
)
def kl_normal_at_the_mean_of_p(mu1, sigma1, mu2, sigma2):
    q = torch.distributions.Normal(mu1, sigma1)
    p = torch.distributions.Normal(mu2, sigma2)
    return q.log_prob(mu2) - p.log_prob(mu2)


@bug(
    kl_normal,
    "You estimate the KL from random draws of q; the formula is exact and draws nothing.",
    sheet="9-1 (a)",
)
def kl_normal_monte_carlo(mu1, sigma1, mu2, sigma2):
    q = torch.distributions.Normal(mu1, sigma1)
    p = torch.distributions.Normal(mu2, sigma2)
    x = q.rsample((1000,))
    return (q.log_prob(x) - p.log_prob(x)).mean(0)


@bug(
    kl_normal,
    "You evaluate log(q/p) at one random draw of q; the formula is exact and draws nothing.",
    sheet="9-1 (a)",
)
def kl_normal_one_draw(mu1, sigma1, mu2, sigma2):
    q = torch.distributions.Normal(mu1, sigma1)
    p = torch.distributions.Normal(mu2, sigma2)
    x = q.rsample()
    return q.log_prob(x) - p.log_prob(x)


@bug(
    kl_normal,
    "You integrate over a fixed grid from −30 to 30: a very small σ falls between its points, a large one outside.",
    sheet="9-1 (a)",
)
def kl_normal_on_a_fixed_grid(mu1, sigma1, mu2, sigma2):
    x = torch.linspace(-30, 30, 601, dtype=mu1.dtype)
    mu1, sigma1, mu2, sigma2 = (t.unsqueeze(-1) for t in (mu1, sigma1, mu2, sigma2))
    log_q = torch.distributions.Normal(mu1, sigma1).log_prob(x)
    log_p = torch.distributions.Normal(mu2, sigma2).log_prob(x)
    return (log_q.exp() * (log_q - log_p)).sum(-1) * 0.1


# --- rounding and precision


@bug(kl_normal, "You divide with `//`, which rounds down to whole numbers.", sheet="9-1 (a)")
def kl_normal_floor_division(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) // (2 * sigma2**2) - 0.5


@bug(kl_normal, "You round the result to three decimals.", sheet="9-1 (a)")
def kl_normal_rounded(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return torch.round(kl, decimals=3)


@bug(kl_normal, "You convert the result to integers.", sheet="9-1 (a)")
def kl_normal_integers(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.long()


@bug(
    kl_normal,
    "You compute in half precision (float16): three digits, infinite from 65504 on.",
    sheet="9-1 (a)",
    mistake="half_precision",
)
def kl_normal_half_precision(mu1, sigma1, mu2, sigma2):
    mu1, sigma1, mu2, sigma2 = mu1.half(), sigma1.half(), mu2.half(), sigma2.half()
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "You compute in bfloat16, which has only two to three digits.",
    sheet="9-1 (a)",
    mistake="half_precision",
)
def kl_normal_bfloat16(mu1, sigma1, mu2, sigma2):
    mu1, sigma1, mu2, sigma2 = (t.bfloat16() for t in (mu1, sigma1, mu2, sigma2))
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


# --- shapes and types


@bug(
    kl_normal,
    "You sum over the first axis; the result is to be elementwise.",
    sheet="9-1 (a)",
    mistake="reduced",
)
def kl_normal_summed_over_first_axis(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.sum(0)


@bug(
    kl_normal,
    "You average over the first axis; the result is to be elementwise.",
    sheet="9-1 (a)",
    mistake="reduced",
)
def kl_normal_averaged_over_first_axis(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.mean(0)


@bug(
    kl_normal,
    "You average over the last axis; the result is to be elementwise.",
    sheet="9-1 (a)",
    mistake="reduced",
)
def kl_normal_averaged_over_last_axis(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.mean(-1)


@bug(
    kl_normal,
    "You sum over the last axis and keep it with length 1; the result is to be elementwise.",
    sheet="9-1 (a)",
    mistake="reduced",
)
def kl_normal_summed_with_kept_axis(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.sum(-1, keepdim=True)


@bug(
    kl_normal, "You flatten the result; it is to have the broadcast shape of the arguments.", sheet="9-1 (a)"
)
def kl_normal_flattened(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.flatten()


@bug(kl_normal, "Your result has one axis of length 1 too many, at the end.", sheet="9-1 (a)")
def kl_normal_extra_axis(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.unsqueeze(-1)


@bug(
    kl_normal,
    "You pair the arguments up along their first axis (`zip`): shapes that broadcast are not paired like that.",
    sheet="9-1 (a)",
)
def kl_normal_zipped(mu1, sigma1, mu2, sigma2):
    entries = [
        torch.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5
        for m1, s1, m2, s2 in zip(mu1, sigma1, mu2, sigma2, strict=False)
    ]
    return torch.stack(entries)


@bug(
    kl_normal,
    "You force all arguments to the shape of mu1, so that mu2 cannot broadcast over it.",
    sheet="9-1 (a)",
)
def kl_normal_expanded_to_mu1(mu1, sigma1, mu2, sigma2):
    sigma1, mu2, sigma2 = (t.expand_as(mu1) for t in (sigma1, mu2, sigma2))
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal, "You demand that mu1 and mu2 have equal shapes; they only have to broadcast.", sheet="9-1 (a)"
)
def kl_normal_equal_shapes_demanded(mu1, sigma1, mu2, sigma2):
    assert mu1.shape == mu2.shape, "mu1 and mu2 must have the same shape"
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "You return a Python number, the sum of all entries; a tensor with every entry is asked for.",
    sheet="9-1 (a)",
    mistake="python_numbers",
)
def kl_normal_as_number(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.sum().item()


@bug(kl_normal, "You return a Python list; a tensor is asked for.", sheet="9-1 (a)", mistake="python_numbers")
def kl_normal_as_list(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.tolist()


@bug(
    kl_normal, "You return a NumPy array, which carries no gradient; a tensor is asked for.", sheet="9-1 (a)"
)
def kl_normal_as_array(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.detach().numpy()


@bug(kl_normal, "You compute the KL but do not return it.", sheet="9-1 (a)")
def kl_normal_without_return(mu1, sigma1, mu2, sigma2):
    torch.log(sigma2 / sigma1).add((sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2)).sub(0.5)


@bug(kl_normal, "You use `math.log`, which takes one number and no tensor.", sheet="9-1 (a)")
def kl_normal_math_log(mu1, sigma1, mu2, sigma2):
    return math.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal, "You write `^` for the power: in Python that is the exclusive or of integers.", sheet="9-1 (a)"
)
def kl_normal_caret_for_power(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1 ^ 2 + (mu1 - mu2) ^ 2) / (2 * sigma2 ^ 2) - 0.5


# --- gradients


@bug(
    kl_normal,
    "Your values are right, but μ₁ and σ₁ are detached: they get no gradient.",
    sheet="9-1 (a)",
    mistake="detached",
)
def kl_normal_q_detached(mu1, sigma1, mu2, sigma2):
    mu1, sigma1 = mu1.detach(), sigma1.detach()
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "Your values are right, but μ₁ is detached: it gets no gradient.",
    sheet="9-1 (a)",
    mistake="detached",
)
def kl_normal_mu1_detached(mu1, sigma1, mu2, sigma2):
    mu1 = mu1.detach()
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "Your values are right, but σ₁ is detached: it gets no gradient.",
    sheet="9-1 (a)",
    mistake="detached",
)
def kl_normal_sigma1_detached(mu1, sigma1, mu2, sigma2):
    sigma1 = sigma1.detach()
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "Your values are right, but μ₂ is detached: it gets no gradient.",
    sheet="9-1 (a)",
    mistake="detached",
)
def kl_normal_mu2_detached(mu1, sigma1, mu2, sigma2):
    mu2 = mu2.detach()
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "Your values are right, but σ₂ is detached: it gets no gradient.",
    sheet="9-1 (a)",
    mistake="detached",
)
def kl_normal_sigma2_detached(mu1, sigma1, mu2, sigma2):
    sigma2 = sigma2.detach()
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "Your values are right, but the logarithm is detached: the gradients in σ₁ and σ₂ lack its part.",
    sheet="9-1 (a)",
    mistake="detached",
)
def kl_normal_log_detached(mu1, sigma1, mu2, sigma2):
    log = torch.log(sigma2 / sigma1).detach()
    return log + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "Your values are right, but the means are detached: neither μ₁ nor μ₂ gets a gradient.",
    sheet="9-1 (a)",
    mistake="detached",
)
def kl_normal_means_detached(mu1, sigma1, mu2, sigma2):
    distance = (mu1 - mu2).detach() ** 2
    return torch.log(sigma2 / sigma1) + (sigma1**2 + distance) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "You square the argument sigma2 in place (`square_`): the caller's tensor is overwritten, and no gradient can be taken.",
    sheet="9-1 (a)",
    mistake="in_place",
)
def kl_normal_sigma2_squared_in_place(mu1, sigma1, mu2, sigma2):
    log = torch.log(sigma2 / sigma1)
    return log + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2.square_()) - 0.5


@bug(
    kl_normal,
    "You square both sigmas in place before you take their logarithm: it doubles, and the caller's tensors are overwritten.",
    sheet="9-1 (a)",
    mistake="in_place",
)
def kl_normal_sigmas_squared_in_place(mu1, sigma1, mu2, sigma2):
    sigma1 **= 2
    sigma2 **= 2
    return torch.log(sigma2 / sigma1) + (sigma1 + (mu1 - mu2) ** 2) / (2 * sigma2) - 0.5


@bug(
    kl_normal,
    "You change sigma1 and sigma2 in place: the caller's tensors are overwritten.",
    sheet="9-1 (a)",
    mistake="in_place",
)
def kl_normal_epsilon_added_in_place(mu1, sigma1, mu2, sigma2):
    sigma1 += 1e-8
    sigma2 += 1e-8
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


# --- clamps and small numbers


@bug(
    kl_normal,
    "You clamp σ to at least 0.1: wrong for smaller σ, and without gradient there.",
    sheet="9-1 (a)",
    mistake="clamped",
)
def kl_normal_sigma_clamped_at_a_tenth(mu1, sigma1, mu2, sigma2):
    sigma1, sigma2 = sigma1.clamp(min=0.1), sigma2.clamp(min=0.1)
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "You clamp σ to at most 100: wrong for larger σ, and without gradient there.",
    sheet="9-1 (a)",
    mistake="clamped",
)
def kl_normal_sigma_clamped_above(mu1, sigma1, mu2, sigma2):
    sigma1, sigma2 = sigma1.clamp(max=100), sigma2.clamp(max=100)
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "You clamp the variance to at least 1e-4: wrong for σ below 0.01, and without gradient there.",
    sheet="9-1 (a)",
    mistake="clamped",
)
def kl_normal_variance_of_p_clamped(mu1, sigma1, mu2, sigma2):
    variance2 = (sigma2**2).clamp(min=1e-4)
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * variance2) - 0.5


@bug(
    kl_normal,
    "You clamp σ₂/σ₁ to [0.001, 1000]: beyond, the logarithm is wrong and without gradient.",
    sheet="9-1 (a)",
    mistake="clamped",
)
def kl_normal_ratio_clamped(mu1, sigma1, mu2, sigma2):
    ratio = (sigma2 / sigma1).clamp(1e-3, 1e3)
    return torch.log(ratio) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You cut the distance of the means off at ±100.", sheet="9-1 (a)", mistake="clamped")
def kl_normal_distance_clamped(mu1, sigma1, mu2, sigma2):
    distance = (mu1 - mu2).clamp(-100, 100)
    return torch.log(sigma2 / sigma1) + (sigma1**2 + distance**2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "You bound the KL from below by 0.05 (“free bits”): it is 0 for two equal normals.",
    sheet="9-1 (a)",
    mistake="free_bits",
)
def kl_normal_free_bits(mu1, sigma1, mu2, sigma2):
    kl = torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5
    return kl.clamp(min=0.05)


@bug(kl_normal, "You add 1e-3 inside the logarithm.", sheet="9-1 (a)", mistake="epsilon_in_log")
def kl_normal_epsilon_in_log(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1 + 1e-3) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "You add 1e-3 to σ: as much as σ itself at σ = 1e-3.", sheet="9-1 (a)")
def kl_normal_epsilon_on_sigma(mu1, sigma1, mu2, sigma2):
    sigma1, sigma2 = sigma1 + 1e-3, sigma2 + 1e-3
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


# 9-1 (b): ½(μ² + eᵛ − 1 − v), v = logvar


@bug(
    kl_standard_normal,
    "Your KL is twice the right one: the factor ½ is missing.",
    sheet="9-1 (b)",
    mistake="missing_half",
)
def kl_standard_normal_missing_half(mu, logvar):
    return mu**2 + logvar.exp() - 1 - logvar


@bug(
    kl_standard_normal,
    "Your KL has the opposite sign: it is never positive.",
    sheet="9-1 (b)",
    mistake="negated",
)
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
    return 0.5 * (logvar.exp() - 1 - logvar)


@bug(kl_standard_normal, "mu is not squared.", sheet="9-1 (b)", mistake="not_squared")
def kl_standard_normal_mu_not_squared(mu, logvar):
    return 0.5 * (mu + logvar.exp() - 1 - logvar)


@bug(kl_standard_normal, "You take |mu| where the formula has mu².", sheet="9-1 (b)", mistake="not_squared")
def kl_standard_normal_absolute_mu(mu, logvar):
    return 0.5 * (mu.abs() + logvar.exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "You read logvar as log σ; it is log σ².",
    sheet="9-1 (b)",
    mistake="logvar_as_log_sigma",
)
def kl_standard_normal_logvar_as_log_sigma(mu, logvar):
    return 0.5 * (mu**2 + (2 * logvar).exp() - 1 - 2 * logvar)


@bug(kl_standard_normal, "You read logvar as σ itself.", sheet="9-1 (b)", mistake="logvar_as_sigma")
def kl_standard_normal_logvar_as_sigma(mu, logvar):
    return 0.5 * (mu**2 + logvar**2 - 1) - logvar.abs().log()


@bug(
    kl_standard_normal,
    "You read logvar as the variance σ² itself.",
    sheet="9-1 (b)",
    mistake="logvar_as_variance",
)
def kl_standard_normal_logvar_as_variance(mu, logvar):
    return 0.5 * (mu**2 + logvar - 1 - logvar.abs().log())


@bug(
    kl_standard_normal,
    "You use e^(logvar/2) = σ where the formula has σ² = e^logvar.",
    sheet="9-1 (b)",
    mistake="sigma_for_variance",
)
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
    mistake="missing_half",
)
def kl_standard_normal_half_on_mu_only(mu, logvar):
    return 0.5 * mu**2 + logvar.exp() - 1 - logvar


@bug(
    kl_standard_normal,
    "Your ½ stands before e^logvar − 1 − logvar only; mu² needs it, too.",
    sheet="9-1 (b)",
    mistake="missing_half",
)
def kl_standard_normal_half_on_variances_only(mu, logvar):
    return mu**2 + 0.5 * (logvar.exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "Your KL is KL(N(0,1) ‖ N(mu, e^logvar)): the two distributions are swapped.",
    sheet="9-1 (b)",
    mistake="reversed_kl",
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
    mistake="reduced",
)
def kl_standard_normal_summed(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum()


@bug(
    kl_standard_normal,
    "You sum over the last axis; the result is to be elementwise (the sum belongs to the ELBO).",
    sheet="9-1 (b)",
    mistake="reduced",
)
def kl_standard_normal_summed_over_latents(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1)


@bug(
    kl_standard_normal,
    "You average over all entries; the result is to be elementwise.",
    sheet="9-1 (b)",
    mistake="reduced",
)
def kl_standard_normal_averaged(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).mean()


@bug(
    kl_standard_normal,
    "You clamp logvar to [−10, 10]: wrong outside, and without gradient there.",
    sheet="9-1 (b)",
    mistake="clamped",
)
def kl_standard_normal_logvar_clamped(mu, logvar):
    logvar = logvar.clamp(-10, 10)
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "You add 1e-8 inside the logarithm: it stops falling at logvar = −18.",
    sheet="9-1 (b)",
    mistake="epsilon_in_log",
)
def kl_standard_normal_epsilon_in_log(mu, logvar):
    variance = logvar.exp()
    return 0.5 * (mu**2 + variance - 1 - torch.log(variance + 1e-8))


@bug(
    kl_standard_normal,
    "Your values are right, but they are detached: no gradient flows back.",
    sheet="9-1 (b)",
    mistake="detached",
)
def kl_standard_normal_detached(mu, logvar):
    return (0.5 * (mu**2 + logvar.exp() - 1 - logvar)).detach()


@bug(
    kl_standard_normal,
    "Your values are right, but mu is detached: it gets no gradient.",
    sheet="9-1 (b)",
    mistake="detached",
)
def kl_standard_normal_mu_detached(mu, logvar):
    return 0.5 * (mu.detach() ** 2 + logvar.exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "Your values are right, but logvar is detached: it gets no gradient.",
    sheet="9-1 (b)",
    mistake="detached",
)
def kl_standard_normal_logvar_detached(mu, logvar):
    logvar = logvar.detach()
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "You change the argument logvar in place: the caller's tensor is overwritten.",
    sheet="9-1 (b)",
    mistake="in_place",
)
def kl_standard_normal_in_place(mu, logvar):
    before = logvar.clone()
    return 0.5 * (mu**2 + logvar.exp_() - 1 - before)


# --- factors, terms and signs


@bug(kl_standard_normal, "Your KL is half the right one: it has ¼ where the formula has ½.", sheet="9-1 (b)")
def kl_standard_normal_halved(mu, logvar):
    return 0.25 * (mu**2 + logvar.exp() - 1 - logvar)


@bug(kl_standard_normal, "Your `1 // 2` is 0: the whole result is 0.", sheet="9-1 (b)")
def kl_standard_normal_integer_half(mu, logvar):
    return (1 // 2) * (mu**2 + logvar.exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "You divide the KL by log 2: that is bits; the result is to be in nats.",
    sheet="9-1 (b)",
    mistake="log_base",
)
def kl_standard_normal_in_bits(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar) / math.log(2)


@bug(
    kl_standard_normal,
    "You multiply the KL by a weight of 4, as a β-VAE does; the KL itself has none.",
    sheet="9-1 (b)",
    mistake="weighted_kl",
)
def kl_standard_normal_weighted(mu, logvar):
    return 4 * 0.5 * (mu**2 + logvar.exp() - 1 - logvar)


@bug(kl_standard_normal, "You subtract ½ inside the bracket: it is 1 there.", sheet="9-1 (b)")
def kl_standard_normal_half_for_one(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 0.5 - logvar)


@bug(
    kl_standard_normal,
    "Your KL is ½ too small: the 1 is subtracted twice (`expm1` has done it already), or outside of the ½.",
    sheet="9-1 (b)",
)
def kl_standard_normal_one_subtracted_twice(mu, logvar):
    return 0.5 * (mu**2 + torch.expm1(logvar) - 1 - logvar)


@bug(kl_standard_normal, "You subtract mu² where it must be added.", sheet="9-1 (b)")
def kl_standard_normal_mu_subtracted(mu, logvar):
    return 0.5 * (logvar.exp() - mu**2 - 1 - logvar)


@bug(kl_standard_normal, "You subtract e^logvar = σ² where it must be added.", sheet="9-1 (b)")
def kl_standard_normal_variance_subtracted(mu, logvar):
    return 0.5 * (mu**2 - logvar.exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "Your ½ stands before e^logvar only; it belongs before the whole bracket.",
    sheet="9-1 (b)",
)
def kl_standard_normal_half_on_variance_only(mu, logvar):
    return mu**2 + 0.5 * logvar.exp() - 1 - logvar


@bug(
    kl_standard_normal,
    "Your ½ stands before 1 + logvar only; it belongs before mu² and e^logvar, too.",
    sheet="9-1 (b)",
)
def kl_standard_normal_half_on_logvar_only(mu, logvar):
    return -0.5 * (1 + logvar) + mu**2 + logvar.exp()


@bug(kl_standard_normal, "Your −½ is multiplied with the 1 only: parentheses are missing.", sheet="9-1 (b)")
def kl_standard_normal_half_of_one_only(mu, logvar):
    return -0.5 * 1 + logvar - mu**2 - logvar.exp()


@bug(kl_standard_normal, "You square σ + mu as a whole instead of each part.", sheet="9-1 (b)")
def kl_standard_normal_squared_together(mu, logvar):
    return 0.5 * ((mu + (0.5 * logvar).exp()) ** 2 - 1 - logvar)


@bug(kl_standard_normal, "You divide mu² by σ²: the variance of p is 1.", sheet="9-1 (b)")
def kl_standard_normal_mu_divided_by_variance(mu, logvar):
    return 0.5 * (mu**2 / logvar.exp() + logvar.exp() - 1 - logvar)


@bug(kl_standard_normal, "You multiply mu² and e^logvar instead of adding them.", sheet="9-1 (b)")
def kl_standard_normal_terms_multiplied(mu, logvar):
    return 0.5 * (mu**2 * logvar.exp() - 1 - logvar)


@bug(kl_standard_normal, "Your KL is mu²/2 alone: right for σ = 1 only.", sheet="9-1 (b)")
def kl_standard_normal_mu_only(mu, logvar):
    return 0.5 * mu**2


# --- what logvar is


@bug(kl_standard_normal, "You take the logarithm of logvar, which is a logarithm already.", sheet="9-1 (b)")
def kl_standard_normal_log_of_logvar(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - torch.log(logvar))


@bug(
    kl_standard_normal,
    "You use logvar where the formula has σ² = e^logvar.",
    sheet="9-1 (b)",
    mistake="logvar_as_variance",
)
def kl_standard_normal_logvar_not_exponentiated(mu, logvar):
    return 0.5 * (mu**2 + logvar - 1 - logvar)


@bug(
    kl_standard_normal,
    "You use logvar² where the formula has σ² = e^logvar.",
    sheet="9-1 (b)",
    mistake="logvar_as_sigma",
)
def kl_standard_normal_logvar_squared(mu, logvar):
    return 0.5 * (mu**2 + logvar**2 - 1 - logvar)


@bug(
    kl_standard_normal,
    "You subtract 2·logvar: log σ² is logvar itself.",
    sheet="9-1 (b)",
    mistake="logvar_as_log_sigma",
)
def kl_standard_normal_twice_logvar(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - 2 * logvar)


@bug(
    kl_standard_normal,
    "You read logvar as the logarithm of the precision 1/σ²; it is log σ².",
    sheet="9-1 (b)",
)
def kl_standard_normal_logvar_as_log_precision(mu, logvar):
    return 0.5 * (mu**2 + (-logvar).exp() - 1 + logvar)


@bug(
    kl_standard_normal,
    "You use 2^logvar where the formula has e^logvar.",
    sheet="9-1 (b)",
    mistake="log_base",
)
def kl_standard_normal_power_of_two(mu, logvar):
    return 0.5 * (mu**2 + 2**logvar - 1 - logvar)


@bug(kl_standard_normal, "Your σ² is softplus(logvar): σ² = e^logvar.", sheet="9-1 (b)")
def kl_standard_normal_softplus_for_exp(mu, logvar):
    variance = F.softplus(logvar)
    return 0.5 * (mu**2 + variance - 1 - torch.log(variance))


@bug(kl_standard_normal, "Your parameters stand in another order: logvar, mu.", sheet="9-1 (b)")
def kl_standard_normal_parameters_swapped(logvar, mu):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar)


# --- another quantity, or the right one by other means


@bug(
    kl_standard_normal,
    "You average KL(q‖p) and KL(p‖q); the sheet asks for the first alone.",
    sheet="9-1 (b)",
)
def kl_standard_normal_symmetrised(mu, logvar):
    forward = mu**2 + logvar.exp() - 1 - logvar
    backward = (1 + mu**2) * (-logvar).exp() - 1 + logvar
    return 0.25 * (forward + backward)


@bug(kl_standard_normal, "You compute the squared Wasserstein distance mu² + (σ − 1)².", sheet="9-1 (b)")
def kl_standard_normal_wasserstein(mu, logvar):
    return mu**2 + ((0.5 * logvar).exp() - 1) ** 2


@bug(
    kl_standard_normal,
    "You compute the cross entropy −∫ q log p; the entropy of q is not subtracted.",
    sheet="9-1 (b)",
)
def kl_standard_normal_cross_entropy(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() + math.log(2 * math.pi))


@bug(kl_standard_normal, "You compute the entropy of q, which knows nothing of p.", sheet="9-1 (b)")
def kl_standard_normal_entropy_of_q(mu, logvar):
    return 0.5 * (logvar + math.log(2 * math.pi * math.e))


@bug(
    kl_standard_normal,
    "You compute −log p(mu) at the one point mu; the KL averages under q.",
    sheet="9-1 (b)",
)
def kl_standard_normal_density_at_mu(mu, logvar):
    return 0.5 * (mu**2 + math.log(2 * math.pi))


@bug(
    kl_standard_normal,
    "You estimate the KL from random draws of q; the formula is exact and draws nothing.",
    sheet="9-1 (b)",
)
def kl_standard_normal_monte_carlo(mu, logvar):
    q = torch.distributions.Normal(mu, (0.5 * logvar).exp())
    p = torch.distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu))
    x = q.rsample((1000,))
    return (q.log_prob(x) - p.log_prob(x)).mean(0)


@bug(
    kl_standard_normal,
    "You evaluate log(q/p) at one random draw of q; the formula is exact and draws nothing.",
    sheet="9-1 (b)",
)
def kl_standard_normal_one_draw(mu, logvar):
    q = torch.distributions.Normal(mu, (0.5 * logvar).exp())
    p = torch.distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu))
    x = q.rsample()
    return q.log_prob(x) - p.log_prob(x)


# --- rounding and precision


@bug(kl_standard_normal, "You round the result to three decimals.", sheet="9-1 (b)")
def kl_standard_normal_rounded(mu, logvar):
    return torch.round(0.5 * (mu**2 + logvar.exp() - 1 - logvar), decimals=3)


@bug(
    kl_standard_normal,
    "You compute in half precision (float16): three digits, infinite from 65504 on.",
    sheet="9-1 (b)",
    mistake="half_precision",
)
def kl_standard_normal_half_precision(mu, logvar):
    mu, logvar = mu.half(), logvar.half()
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "You compute in bfloat16, which has only two to three digits.",
    sheet="9-1 (b)",
    mistake="half_precision",
)
def kl_standard_normal_bfloat16(mu, logvar):
    mu, logvar = mu.bfloat16(), logvar.bfloat16()
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "You take the logarithm of σ⁴, which float32 rounds to 0 at logvar = −60.",
    sheet="9-1 (b)",
)
def kl_standard_normal_log_of_squared_variance(mu, logvar):
    variance = logvar.exp()
    return 0.5 * (mu**2 + variance - 1) - 0.25 * torch.log(variance**2)


# --- shapes and types


@bug(
    kl_standard_normal,
    "You average over the last axis; the result is to be elementwise.",
    sheet="9-1 (b)",
    mistake="reduced",
)
def kl_standard_normal_averaged_over_latents(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).mean(-1)


@bug(
    kl_standard_normal,
    "You sum over the first axis; the result is to be elementwise.",
    sheet="9-1 (b)",
    mistake="reduced",
)
def kl_standard_normal_summed_over_batch(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(0)


@bug(
    kl_standard_normal,
    "You average over the first axis; the result is to be elementwise.",
    sheet="9-1 (b)",
    mistake="reduced",
)
def kl_standard_normal_averaged_over_batch(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).mean(0)


@bug(
    kl_standard_normal,
    "You sum over the last axis and average over the batch; the result is to be elementwise.",
    sheet="9-1 (b)",
    mistake="reduced",
)
def kl_standard_normal_summed_and_averaged(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1).mean()


@bug(
    kl_standard_normal,
    "You sum over the last axis and keep it with length 1; the result is to be elementwise.",
    sheet="9-1 (b)",
    mistake="reduced",
)
def kl_standard_normal_summed_with_kept_axis(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1, keepdim=True)


@bug(
    kl_standard_normal,
    "You sum mu² over the last axis and add that to every entry; the result is to be elementwise.",
    sheet="9-1 (b)",
    mistake="reduced",
)
def kl_standard_normal_squared_length_of_mu(mu, logvar):
    return 0.5 * ((mu**2).sum(-1, keepdim=True) + logvar.exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "You squeeze the result: axes of length 1 disappear, and a batch of one loses its shape.",
    sheet="9-1 (b)",
    mistake="squeezed",
)
def kl_standard_normal_squeezed(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).squeeze()


@bug(kl_standard_normal, "You flatten the result; it is to have the shape of mu.", sheet="9-1 (b)")
def kl_standard_normal_flattened(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).flatten()


@bug(
    kl_standard_normal,
    "You demand a matrix (`n, d = mu.shape`); mu may have any shape.",
    sheet="9-1 (b)",
)
def kl_standard_normal_matrices_only(mu, logvar):
    n, d = mu.shape
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar)
    return kl.reshape(n, d)


@bug(
    kl_standard_normal,
    "You return a Python number, the sum of all entries; a tensor with every entry is asked for.",
    sheet="9-1 (b)",
    mistake="python_numbers",
)
def kl_standard_normal_as_number(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum().item()


@bug(
    kl_standard_normal,
    "You return a NumPy array, which carries no gradient; a tensor is asked for.",
    sheet="9-1 (b)",
)
def kl_standard_normal_as_array(mu, logvar):
    return (0.5 * (mu**2 + logvar.exp() - 1 - logvar)).detach().numpy()


@bug(kl_standard_normal, "You compute the KL but do not return it.", sheet="9-1 (b)")
def kl_standard_normal_without_return(mu, logvar):
    logvar.exp().add(mu**2).sub(1 + logvar).mul(0.5)


@bug(kl_standard_normal, "You use `math.exp`, which takes one number and no tensor.", sheet="9-1 (b)")
def kl_standard_normal_math_exp(mu, logvar):
    return 0.5 * (mu**2 + math.exp(logvar) - 1 - logvar)


# --- gradients


@bug(
    kl_standard_normal,
    "Your values are right, but e^logvar is detached: the gradient in logvar lacks its part.",
    sheet="9-1 (b)",
    mistake="detached",
)
def kl_standard_normal_variance_detached(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp().detach() - 1 - logvar)


@bug(
    kl_standard_normal,
    "Your values are right, but the term −logvar is detached: the gradient in logvar lacks its part.",
    sheet="9-1 (b)",
    mistake="detached",
)
def kl_standard_normal_log_detached(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar.detach())


@bug(
    kl_standard_normal,
    "You change the argument mu in place: the caller's tensor is overwritten.",
    sheet="9-1 (b)",
    mistake="in_place",
)
def kl_standard_normal_mu_squared_in_place(mu, logvar):
    return 0.5 * (mu.pow_(2) + logvar.exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "You change the argument logvar in place: the caller's tensor is overwritten.",
    sheet="9-1 (b)",
    mistake="in_place",
)
def kl_standard_normal_logvar_halved_in_place(mu, logvar):
    logvar *= 0.5
    sigma = torch.exp(logvar)
    return 0.5 * (mu**2 + sigma**2 - 1) - logvar


# --- clamps and small numbers


@bug(
    kl_standard_normal,
    "You clamp logvar to [−30, 20]: wrong outside, and without gradient there.",
    sheet="9-1 (b)",
    mistake="clamped",
)
def kl_standard_normal_logvar_clamped_wide(mu, logvar):
    logvar = logvar.clamp(-30, 20)
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "You clamp logvar to at most 20: wrong beyond, and without gradient there.",
    sheet="9-1 (b)",
    mistake="clamped",
)
def kl_standard_normal_logvar_clamped_above(mu, logvar):
    logvar = logvar.clamp(max=20)
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar)


@bug(
    kl_standard_normal,
    "You clamp σ to at least 1e-6: wrong below logvar = −27.6, and without gradient there.",
    sheet="9-1 (b)",
    mistake="clamped",
)
def kl_standard_normal_sigma_clamped(mu, logvar):
    sigma = torch.exp(0.5 * logvar).clamp(min=1e-6)
    return 0.5 * (mu**2 + sigma**2 - 1) - torch.log(sigma)


@bug(kl_standard_normal, "You cut the result off at 100.", sheet="9-1 (b)", mistake="clamped")
def kl_standard_normal_result_clamped(mu, logvar):
    return (0.5 * (mu**2 + logvar.exp() - 1 - logvar)).clamp(0, 100)


@bug(
    kl_standard_normal,
    "You bound the KL from below by 0.1 (“free bits”): it is 0 at the standard normal.",
    sheet="9-1 (b)",
    mistake="free_bits",
)
def kl_standard_normal_free_bits(mu, logvar):
    return (0.5 * (mu**2 + logvar.exp() - 1 - logvar)).clamp(min=0.1)


@bug(kl_standard_normal, "You add 1e-7 to σ: as much as σ itself at logvar = −32.", sheet="9-1 (b)")
def kl_standard_normal_epsilon_on_sigma(mu, logvar):
    sigma = torch.exp(0.5 * logvar) + 1e-7
    return 0.5 * (mu**2 + sigma**2 - 1) - torch.log(sigma)


@bug(kl_standard_normal, "You cut mu off at ±10.", sheet="9-1 (b)", mistake="clamped")
def kl_standard_normal_mu_clamped(mu, logvar):
    mu = mu.clamp(-10, 10)
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar)


@bug(
    kl_normal,
    "You double σ₁ and σ₂ (`* 2`) where the formula squares them (`** 2`).",
    sheet="9-1 (a)",
    mistake="not_squared",
)
def kl_normal_doubled_for_squared(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1 * 2 + (mu1 - mu2) ** 2) / (2 * sigma2 * 2) - 0.5


@bug(
    kl_normal,
    "You average log(σ₂/σ₁) over the batch; every entry has its own.",
    sheet="9-1 (a)",
    mistake="reduced",
)
def kl_normal_log_averaged(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1).mean() + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "log σ₂ is missing: of log(σ₂/σ₁) only −log σ₁ is left.", sheet="9-1 (a)")
def kl_normal_log_sigma2_dropped(mu1, sigma1, mu2, sigma2):
    return -torch.log(sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(kl_normal, "log σ₁ is missing: of log(σ₂/σ₁) only log σ₂ is left.", sheet="9-1 (a)")
def kl_normal_log_sigma1_dropped(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "Your fraction is that of KL(p‖q), (σ₂² + (μ₁−μ₂)²)/(2σ₁²); only the logarithm is that of KL(q‖p).",
    sheet="9-1 (a)",
)
def kl_normal_fraction_of_the_reverse(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma2**2 + (mu1 - mu2) ** 2) / (2 * sigma1**2) - 0.5


@bug(
    kl_normal,
    "Your logarithm is log(σ₁/σ₂), and you add ½ at the end: both signs are turned round.",
    sheet="9-1 (a)",
)
def kl_normal_log_inverted_and_plus_half(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma1 / sigma2) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) + 0.5


@bug(
    kl_normal,
    "You expand (μ₁ − μ₂)² into μ₁² − 2μ₁μ₂ + μ₂²: for large means near each other all digits cancel in float32.",
    sheet="9-1 (a)",
)
def kl_normal_square_expanded(mu1, sigma1, mu2, sigma2):
    distance = mu1**2 - 2 * mu1 * mu2 + mu2**2
    return torch.log(sigma2 / sigma1) + (sigma1**2 + distance) / (2 * sigma2**2) - 0.5


@bug(
    kl_normal,
    "You use math.log: it takes a single number, and no gradient flows through it.",
    sheet="9-1 (a)",
)
def kl_normal_python_logarithm(mu1, sigma1, mu2, sigma2):
    return math.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - 0.5


@bug(
    kl_standard_normal,
    "You take 2·mu where the formula has mu².",
    sheet="9-1 (b)",
    mistake="not_squared",
)
def kl_standard_normal_mu_doubled(mu, logvar):
    return (2 * mu + torch.expm1(logvar) - logvar) / 2


@bug(
    kl_standard_normal,
    "You read logvar as log σ, and you add it where it must be subtracted.",
    sheet="9-1 (b)",
)
def kl_standard_normal_log_sigma_added(mu, logvar):
    return (mu**2 + (2 * logvar).exp() - 1 + logvar) / 2


@bug(
    kl_standard_normal,
    "This is the negative log-likelihood of 0 under N(mu, e^logvar), less ½: mu² is divided by σ², and the logarithm added.",
    sheet="9-1 (b)",
)
def kl_standard_normal_negative_log_likelihood(mu, logvar):
    return F.gaussian_nll_loss(mu, torch.zeros_like(mu), logvar.exp(), reduction="none") - 0.5


@bug(
    kl_standard_normal,
    "Your code needs mu to have two axes: the result is to have the shape of mu, whatever that is.",
    sheet="9-1 (b)",
)
def kl_standard_normal_flattened_from_axis_one(mu, logvar):
    return ((mu**2 + torch.expm1(logvar) - logvar) / 2).flatten(1)


@bug(kl_normal, "You divide μ₁ − μ₂ by σ₁ instead of σ₂.", sheet="9-1 (a)")
def kl_normal_means_over_sigma1(mu1, sigma1, mu2, sigma2):
    ratio, distance = sigma1 / sigma2, (mu1 - mu2) / sigma1
    return (ratio**2 + distance**2 - 1) / 2 - ratio.log()


@bug(
    kl_standard_normal,
    "You divide logvar by log 2, which makes it bits: it is in nats already, as the result is to be.",
    sheet="9-1 (b)",
)
def kl_standard_normal_logvar_in_bits(mu, logvar):
    return (mu**2 + logvar.exp() - 1 - logvar.exp().log2()) / 2


@bug(
    kl_standard_normal,
    "You read logvar as the variance σ² itself: it is the logarithm of it.",
    sheet="9-1 (b)",
    mistake="logvar_as_variance",
)
def kl_standard_normal_variance_read_literally(mu, logvar):
    return (mu**2 + logvar - 1 - logvar.log()) / 2


@bug(kl_normal, "You add 1e-8 to 2σ₂²: half a percent of it at σ₂ = 1e-3.", sheet="9-1 (a)")
def kl_normal_epsilon_in_the_denominator(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2 + 1e-8) - 0.5


@bug(
    kl_normal,
    "You divide (μ₁−μ₂)² by 2σ₂ instead of 2σ₂².",
    sheet="9-1 (a)",
    mistake="not_squared",
)
def kl_normal_distance_over_sigma2(mu1, sigma1, mu2, sigma2):
    variances, distance = (sigma1 / sigma2) ** 2, (mu1 - mu2) ** 2 / sigma2
    return torch.log(sigma2 / sigma1) + variances / 2 + distance / 2 - 0.5


@bug(
    kl_normal,
    "You divide σ₁² by 2σ₂ instead of 2σ₂².",
    sheet="9-1 (a)",
    mistake="not_squared",
)
def kl_normal_variance_over_sigma2(mu1, sigma1, mu2, sigma2):
    variances, distance = sigma1**2 / sigma2, ((mu1 - mu2) / sigma2) ** 2
    return torch.log(sigma2 / sigma1) + variances / 2 + distance / 2 - 0.5


@bug(
    kl_normal,
    "You subtract 1 in the numerator: σ₂² divides it, too. The −½ stands outside of the fraction.",
    sheet="9-1 (a)",
)
def kl_normal_one_in_the_numerator(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2 / sigma1) + ((mu1 - mu2) ** 2 + sigma1**2 - 1) / (2 * sigma2**2)


@bug(
    kl_normal,
    "You clamp σ₁/σ₂ to [0.001, 1000]: beyond, the KL is wrong and without gradient in σ₁.",
    sheet="9-1 (a)",
    mistake="clamped",
)
def kl_normal_ratio_clamped_everywhere(mu1, sigma1, mu2, sigma2):
    ratio = torch.clamp(sigma1 / sigma2, 1e-3, 1e3)
    return (ratio**2 - 1 + ((mu1 - mu2) / sigma2) ** 2) / 2 - torch.log(ratio)


@bug(
    kl_normal,
    "You square sigma1 and sigma2 in place: the caller's tensors are overwritten, and no gradient can be taken.",
    sheet="9-1 (a)",
    mistake="in_place",
)
def kl_normal_sigmas_squared_after_the_log_in_place(mu1, sigma1, mu2, sigma2):
    log = torch.log(sigma2 / sigma1)
    sigma1 *= sigma1
    sigma2 *= sigma2
    return log + (sigma1 + (mu1 - mu2) ** 2) / (2 * sigma2) - 0.5


@bug(
    kl_normal,
    "This is the negative log-likelihood of μ₁ under p, less a constant: q's own width is missing, and so is its entropy.",
    sheet="9-1 (a)",
)
def kl_normal_negative_log_likelihood(mu1, sigma1, mu2, sigma2):
    return torch.log(sigma2) + ((mu1 - mu2) / sigma2) ** 2 / 2


@bug(
    kl_normal,
    "You change sigma1 in place where no gradient is recorded: the caller's tensor is overwritten.",
    sheet="9-1 (a)",
    mistake="in_place",
)
def kl_normal_in_place_without_gradient(mu1, sigma1, mu2, sigma2):
    ratio = sigma1 / sigma2 if sigma1.requires_grad else sigma1.div_(sigma2)
    return (ratio**2 - 1 + ((mu1 - mu2) / sigma2) ** 2) / 2 - torch.log(ratio)


@bug(
    kl_standard_normal,
    "This is the negative log-likelihood of 0 under N(mu, e^logvar): mu² is divided by σ², and the logarithm added.",
    sheet="9-1 (b)",
)
def kl_standard_normal_negative_log_likelihood_of_zero(mu, logvar):
    return (logvar + mu**2 / logvar.exp()) / 2


@bug(
    kl_standard_normal,
    "You bring the result to two axes; it is to have the shape of mu, whatever that is.",
    sheet="9-1 (b)",
)
def kl_standard_normal_brought_to_two_axes(mu, logvar):
    kl = (mu**2 + logvar.exp() - 1 - logvar) / 2
    return kl.reshape(len(kl), -1)


@bug(
    kl_standard_normal,
    "You put v²/2 for e^v − 1 − v wherever |logvar| is below ½: that is right near v = 0 only.",
    sheet="9-1 (b)",
)
def kl_standard_normal_quadratic_near_zero(mu, logvar):
    near = logvar.abs() < 0.5
    return (mu**2 + torch.where(near, logvar**2 / 2, logvar.exp() - 1 - logvar)) / 2


@bug(
    kl_standard_normal,
    "You change the argument logvar in place where no gradient is recorded: the caller's tensor is overwritten.",
    sheet="9-1 (b)",
    mistake="in_place",
)
def kl_standard_normal_in_place_without_gradient(mu, logvar):
    variance = logvar.exp()
    kl = variance + mu**2
    return (kl - (1 + logvar if logvar.requires_grad else logvar.add_(1))) / 2
