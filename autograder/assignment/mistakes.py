"""Misconceptions that several functions share: what two known bugs have in common when both have the same `mistake`.

A mistake is one thing that a person has misunderstood or overlooked, wherever it shows. grading.yml may give it
credit, and where it shows in several functions it is charged in full once only. Bugs that are alike in form but not
in thought (any missing term, any wrong axis) share none.
"""

from collections.abc import Mapping

MISTAKES: Mapping[str, str] = {
    "missing_half": "A ½ of the formula is missing.",
    "sum_for_mean": "You sum where the expectation is a mean.",
    "mean_for_sum": "You average where the formula has a sum.",
    "reduced": "You reduce over the batch; each entry has a result of its own.",
    "not_reduced": "The result is not reduced.",
    "negated": "The result has the opposite sign.",
    "negative_elbo": "Your result is −ELBO, the loss; the ELBO itself is to be maximised.",
    "reversed_kl": "The two distributions of the KL divergence are swapped.",
    "sigma_for_variance": "You use σ where the formula has σ².",
    "variance_for_sigma": "You use σ² where the formula has σ.",
    "logvar_as_log_sigma": "You read logvar as log σ; it is log σ².",
    "logvar_as_sigma": "You read logvar as σ itself.",
    "logvar_as_variance": "You read logvar as the variance σ² itself.",
    "not_squared": "A square of the formula is missing.",
    "log_base": "Your logarithm has another base; the result is to be in nats.",
    "log_outside_expectation": "The logarithm stands outside the expectation; it belongs inside.",
    "labels_swapped": "The labels, or the two batches of logits, are swapped.",
    "without_real_term": "The term of the real images is missing.",
    "probabilities_for_logits": "The arguments are logits; you treat them as probabilities.",
    "sigmoid_twice": "You apply the sigmoid twice.",
    "naive_log": "You form a probability and take its logarithm: at large logits it is rounded to 0 or 1.",
    "epsilon_in_log": "A small number inside the logarithm changes value and gradient where they matter most.",
    "clamped": "You clamp: beyond the clamp the value is wrong and the gradient 0.",
    "zero_times_infinity": "Where q(z) = 0 you compute 0 · ∞ = nan; that z must contribute 0.",
    "detached": "Your values are right, but they are detached: no gradient flows back.",
    "half_precision": "You compute in a lower precision than that of the arguments.",
    "in_place": "You change an argument in place: the caller's tensor is overwritten.",
    "squeezed": "You squeeze the result: axes of length 1 disappear.",
    "kept_axis": "You keep the summed axis.",
    "free_bits": "You bound the KL from below (“free bits”); the ELBO has no such bound.",
    "leaves_logarithms": "You leave the logarithms: probabilities below e^−104 are 0 in float32, and log 0 = −∞.",
    "one_sample": "You draw one z instead of computing the expectation over all.",
    "weighted_kl": "You give the KL a weight; in the ELBO its weight is 1.",
    "q_detached": "Your values are right, but the weights q(z) are detached: the gradient in log_q is wrong.",
    "python_numbers": "You return Python numbers; a tensor is asked for, with its gradient.",
    "joint_mean": "You take one mean over both batches; each expectation is over its own.",
    "mean_first": "You average the logits first; the mean is of the losses.",
    "max_for_mean": "You keep the largest of the batch instead of the mean.",
    "smoothed_labels": "You smooth the labels; here they are exactly 0 and 1.",
    "another_gan": "This is the loss of another kind of GAN (Wasserstein, hinge, least squares, relativistic).",
    "exp_overflow": "You compute an exponential that overflows at large logits.",
    "equal_batches": "Your code needs as many real as generated images.",
}
"""What a student is told where only this much is certain."""
