"""What each fact is worth, and why one is kept without which no known bug would fare better.

Every fact costs time in every grading, so each is needed for a bug of the bank or says here what it is kept for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograder.evidence.record import Evidence, FunctionOf, Seeds

KEEPS: Mapping[str, str] = {
    "kl_normal.equal_normals": "the message needs no formula: two equal normals have divergence 0",
    "kl_normal.equal_sigmas": "only the means count here, so its numbers show whether the quadratic term is wrong",
    "kl_normal.equal_means": "only the σ count here, so its numbers show whether the logarithm or the ratio is wrong",
    "kl_normal.formula": "general arguments: the special cases agree with some wrong formulas one by one",
    "kl_normal.formula_from_near_to_far": "many sizes: what is right at typical arguments only has been handed in",
    "kl_normal.any_two_normals": "what is wrong between typical and extreme arguments only has been handed in",
    "kl_standard_normal.any_normal": "what is wrong between typical and extreme arguments only has been handed in",
    "elbo_definition.any_tables": "what is wrong for sharp tables only has been handed in",
    "elbo_decomposition.any_tables_of_both": "what is wrong for sharp tables only has been handed in",
    "bernoulli_log_likelihood.any_pixels": "what is wrong between typical and extreme logits only has been handed in",
    "bernoulli_log_likelihood.every_image_of_a_large_batch": "what is right for a few images only has been handed in",
    "elbo.any_encoding": "what is wrong between typical and extreme arguments only has been handed in",
    "kl_normal.normals_in_every_form": "what is right for usual batches only has been handed in",
    "kl_standard_normal.normal_in_every_form": "what is right for usual batches only has been handed in",
    "elbo_definition.tables_in_every_form": "what is right for usual batches only has been handed in",
    "elbo_decomposition.tables_of_both_in_every_form": "what is right for usual batches only has been handed in",
    "bernoulli_log_likelihood.images_in_every_form": "what is right for usual batches only has been handed in",
    "elbo.encodings_in_every_form": "what is right for usual batches only has been handed in",
    "kl_normal.kl_normal_hands_on": "gradients written by hand that mix the entries have been handed in",
    "kl_standard_normal.kl_standard_normal_hands_on": "gradients written by hand that mix the entries have been handed in",
    "elbo_definition.definition_hands_on": "gradients written by hand that mix the entries have been handed in",
    "elbo_decomposition.decomposition_hands_on": "gradients written by hand that mix the entries have been handed in",
    "bernoulli_log_likelihood.log_likelihood_hands_on": "gradients written by hand that mix the entries have been handed in",
    "elbo.elbo_hands_on": "gradients written by hand that mix the entries have been handed in",
    "reparameterize.any_spread": "what is wrong between typical and extreme spreads only has been handed in",
    "kl_normal.integral": "an oracle without the closed form; it guards our own formula",
    "kl_normal.never_negative": "a law that needs no expected number: it shows the student one negative divergence",
    "kl_normal.translation_and_reflection": "a law that needs no expected number: it shows that the means enter other than by their distance",
    "kl_normal.derivative_in_the_means": "names the argument whose derivative is wrong; the others would blame σ",
    "kl_normal.broadcasting": "the only question with arguments of different shapes, which the sheet allows",
    "kl_normal.elementwise": "names a reduction as what it is, and asks for 70 000 numbers: blocks of 2¹⁶ have been handed in",
    "kl_normal.float32_as_float64": "the only typical arguments in float32; the extremes allow a factor of 3",
    "kl_standard_normal.standard_normal": "the message needs no formula: the divergence from itself is 0",
    "kl_standard_normal.worked_numbers": "numbers that a student can check by hand",
    "kl_standard_normal.simplified_formula": "general arguments: the worked numbers agree with some wrong formulas one by one",
    "kl_standard_normal.simplified_formula_from_near_to_far": "many sizes: what is right at typical arguments only has been handed in",
    "kl_standard_normal.integral_over_q": "an oracle without the closed form; it guards our own formula",
    "kl_standard_normal.keeps_the_shape": "names a reduction as what it is; the value facts would show numbers of the wrong shape",
    "elbo_definition.definition": "the sheet's sum at general tables, with the worked number of the docstring",
    "elbo_definition.evidence_at_the_posterior": "an oracle without the formula: the bound is tight at the posterior",
    "elbo_definition.gap_to_the_evidence": "an oracle without the formula: what is missing to the evidence is a divergence",
    "elbo_decomposition.two_terms": "the sheet's two sums at general tables; names the term that is wrong",
    "elbo_decomposition.uninformed": "the message needs no formula: nothing is paid where q is the prior",
    "elbo_decomposition.posterior_gives_the_evidence": "an oracle without the formula: the difference of the terms is the evidence",
    "bernoulli_log_likelihood.undecided_decoder": "a number that a student can check by hand: 784 log 2",
    "bernoulli_log_likelihood.grey_values": "few images of grey pixels whose numbers a person can follow, before those of a large batch",
    "bernoulli_log_likelihood.probabilities_sum_to_one": "an oracle without the formula: probabilities of all images add up to 1",
    "bernoulli_log_likelihood.negative_image": "a law that needs no expected number: it shows exchanged roles of x and 1 − x",
    "bernoulli_log_likelihood.pixel_error": "the binary images of the sheet; names the residual x − D",
    "bernoulli_log_likelihood.saturated_pixels_in_float32": "float32 is what students train in: it saturates at 17, where float64 is still exact",
    "bernoulli_log_likelihood.saturated_pixels_in_float64": "tells code that is only saved by more digits from code that is stable",
    "elbo.nothing_paid_at_the_prior": "the message needs no formula: without divergence the ELBO is the likelihood",
    "elbo.minus_the_kl": "only the KL counts here, with a number that a student can check by hand",
    "elbo.evidence_of_the_linear_gaussian": "an oracle without the formula: the bound is tight in a model whose evidence is known",
    "elbo.gap_of_the_linear_gaussian": "an oracle without the formula: the gap is the divergence from the true posterior",
    "elbo.gap_of_a_bernoulli_decoder": "the sheet's own decoder, by numerical integration: no closed form of a KL is used",
    "elbo.elbo_in_float32": "the only typical arguments in float32; the extremes allow a factor of 3",
    "reparameterize.sample_has_the_shape_of_mu": "names a wrong shape as what it is, and asks for shapes other than that of a batch",
    "VAE.default_shapes": "the only one that asks for the sizes of VAE() itself",
    "VAE.every_output_is_free": "activations of some components only, and wider bounds, have been handed in",
    "VAE.any_size": "what is right for 20 latent variables and a usual batch only has been handed in",
    "VAE.many_components": "a decoder that uses 64 components at most has been handed in",
    "predictions.kl_of_one_point": "the answer to a question of the notebook; the bank holds no wrong answers",
    "predictions.rho_of_unused_component": "the answer to a question of the notebook; the bank holds no wrong answers",
    "predictions.log_likelihood_of_a_hit": "the answer to a question of the notebook; the bank holds no wrong answers",
    "predictions.loss_after_collapse": "the answer to a question of the notebook; the bank holds no wrong answers",
    "discriminator_loss.undecided_discriminator": "a number that a student can check by hand: log 2",
    "discriminator_loss.discriminator_formula": "the sheet's formula at general logits and unequal batches",
    "discriminator_loss.roles_exchanged": "a law that needs no expected number: it shows labels or batches exchanged",
    "discriminator_loss.best_discriminator": "an oracle without the formula: theorem 1 of Goodfellow et al. (2014)",
    "discriminator_loss.best_discriminator_is_stationary": "an oracle without the formula: the gradient vanishes at the best discriminator",
    "discriminator_loss.discriminator_at_extremes": "float64: tells code that is only saved by more digits from code that is stable",
    "discriminator_loss.discriminator_at_extremes_in_float32": "float32 is what students train in: it saturates at 17, where float64 is still exact",
    "generator_loss_minimax.minimax_formula": "the sheet's formula at general logits and unequal batches",
    "generator_loss_minimax.minimax_at_best_discriminator": "an oracle without the formula: theorem 1 of Goodfellow et al. (2014)",
    "generator_loss_minimax.minimax_derivative": "the derivative at typical logits; names a wrong sign or factor before saturation does",
    "generator_loss_minimax.minimax_starves_the_generator": "the saturation where it matters: through a generator, by the chain rule",
    "generator_loss_minimax.minimax_at_extremes": "float64: tells code that is only saved by more digits from code that is stable",
    "generator_loss_minimax.minimax_at_extremes_in_float32": "float32 is what students train in: it saturates at 17, where float64 is still exact",
    "generator_loss_minimax.minimax_batches": "the only question with columns of logits and batches of one",
    "generator_loss_nonsaturating.undecided_by_the_generator": "a number that a student can check by hand: ½ log 2",
    "generator_loss_nonsaturating.nonsaturating_derivative": "the derivative at typical logits; names a wrong sign or factor",
    "generator_loss_nonsaturating.stronger_than_minimax": "an oracle without the formula: the ratio of both gradients, which 9-2 (d) explains",
    "generator_loss_nonsaturating.nonsaturating_feeds_the_generator": "the strong gradient where it matters: through a generator, by the chain rule",
    "generator_loss_nonsaturating.nonsaturating_at_extremes": "float64: tells code that is only saved by more digits from code that is stable",
    "generator_loss_nonsaturating.nonsaturating_at_extremes_in_float32": "float32 is what students train in: σ is 0 from −104, where float64 is still exact",
}


@dataclass(frozen=True)
class Worth:
    """What would be lost without a fact; seeds by known bug."""

    alone: Seeds  # these bugs would survive
    decides: Seeds  # these bugs would keep a criterion that they lose now

    @property
    def needed(self) -> bool:
        return bool(self.alone or self.decides)


def worth(function: FunctionOf, fact: str) -> Worth:
    """What one fact of a function is worth."""
    tallies = {name: bug.facts for name, bug in function.bugs.items()}
    return Worth(
        alone={name: t.alone[fact] for name, t in tallies.items() if fact in t.alone},
        decides={name: t.decides[fact] for name, t in tallies.items() if fact in t.decides},
    )


def not_needed(evidence: Evidence) -> Iterator[str]:
    """Ids of the facts without which no known bug would fare better."""
    for name, function in evidence.functions.items():
        yield from (f"{name}.{fact}" for fact in function.facts if not worth(function, fact).needed)
