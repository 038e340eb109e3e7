"""What a student reads about a VAE run that did not pass: what was seen, not a guess at the slip."""

from collections.abc import Iterable

from autograder.assignment.training.vae_findings import Finding
from autograder.assignment.training.vae_judge import Judgement
from autograder.assignment.training.vae_settings import VaeGate

NEAR = 5.0  # nats within which an ELBO counts as the collapse level
EMPTY = 1.0  # nats of KL below which z carries nothing
LOST = 0.1  # share of its own loss by which the reported loss may differ from the measured one


def verdict(judged: Judgement, gate: VaeGate, collapse: float, reported: float | None) -> tuple[bool, str]:
    """Whether the numbers reach the gate, and if not, why not.

    `collapse` is an ELBO; `reported` is the loss that the student's code gave at the end.
    """
    if judged.elbo < gate.elbo:
        told = (_numbers(judged, gate.elbo), _seen(judged, gate.elbo, collapse), _own(judged, reported))
        return False, " ".join(filter(None, told))
    if gate.kl_weight is not None:
        low, high = gate.kl_weight
        if not low <= judged.weights.sigma <= high:
            return False, _weight(judged, low, high)
    return True, ""


def _weight(judged: Judgement, low: float, high: float) -> str:
    return (
        f"The ELBO of {judged.elbo:.4g} nats per image would do, but the σ of your trained encoder belongs to a loss in which "
        f"the KL term weighs {judged.weights.sigma:.3g}, where the ELBO has 1 ({low:g} to {high:g} passes): the spread of z is "
        "not what the reconstruction and the KL term together ask for."
    )


def knew(untrained: float, collapse: float) -> str:
    """About a model that needed no training."""
    return (
        f"Before any training your VAE() already reaches an ELBO of {untrained:.4g} nats per image on held-out digits, where "
        f"the best constant image has {collapse:.4g}: it has not learnt them. Keep no digits and no trained weights in the code."
    )


def without_weights(scrambled: float, collapse: float) -> str:
    """For a teaching assistant: about a model that needs none of what it has learnt."""
    return (
        f"With the numbers of every parameter shuffled the VAE still reaches an ELBO of {scrambled:.4g} nats per image, where the "
        f"best constant image has {collapse:.4g}: what it knows of digits does not lie in its parameters. Where does it come from?"
    )


def by_itself(findings: Iterable[Finding], steps: int) -> str:
    """For a teaching assistant: what changed the weights beside our optimiser."""
    told = (_finding(finding, steps) for finding in findings)
    return f"{' '.join(told)} Does the model learn by other means than our training?"


def _finding(finding: Finding, steps: int) -> str:
    names = ", ".join(f"`{name}`" for name in finding.names) + (
        f" and {finding.more} more" if finding.more else ""
    )
    when = f"before step {finding.step}" if finding.step <= steps else "after the last step"
    if finding.kind == "between":
        return (
            f"Between two of our steps (first {when}) weights of {names} changed by other means than our optimiser: look at "
            "forward and whatever it calls."
        )
    if finding.kind == "inside":
        return (
            f"In step {finding.step} weights of {names} did not move as our Adam moves them: look for hooks of optimisers and "
            "changes to torch.optim."
        )
    if finding.kind == "buffers":
        return f"Tables of numbers that are no parameters changed in training: {names}. What learns in them?"
    if finding.kind == "parameters":
        return (
            f"The parameters that our optimiser was given are no longer those of the model (seen {when}): {names}. Look for "
            "layers and parameters that are made or exchanged in forward."
        )
    return (
        f"The settings of our optimiser were changed (seen {when}): {names}. Look for code that finds it among the objects of "
        "the process."
    )


def pictures(judged: Judgement, collapse: float) -> tuple[str, str, str]:
    """One sentence each for reconstructions, samples and walks."""
    if judged.kl < EMPTY:
        same = f"All alike: your decoder ignores z, and this is what a constant image reaches ({collapse:.4g} nats)."
        return same, same, same
    if judged.reconstruction < collapse:
        rebuilt = "Held-out digits, and below each row what your decoder makes of their z: further off than one constant image."
    else:
        rebuilt = f"Held-out digits, and below each row their reconstructions from a z that carries {judged.kl:.3g} nats."
    return (
        rebuilt,
        "Digits decoded from z ~ N(0, I) that the grader drew: they look like digits as far as q(z|x), averaged over all x, "
        "covers the prior.",
        "Each row walks from the code of one held-out digit to that of another in equal steps.",
    )


def culprit(losses_work: bool, model_works: bool) -> str:
    """What the runs say in which one half was exchanged for ours."""
    if not losses_work and model_works:
        return "Our VAE fails with your bernoulli_log_likelihood and elbo, and yours works with ours: the slip is in the losses."
    if losses_work and not model_works:
        return "Our VAE works with your bernoulli_log_likelihood and elbo, and yours fails with ours: the slip is in vae.py."
    if losses_work:
        return "Your VAE works with our losses and your losses with our VAE: they do not fit together."
    return "Your VAE fails with our losses, and your losses with our VAE: both have a slip."


def _numbers(judged: Judgement, gate: float) -> str:
    return (
        f"On held-out digits the ELBO is {judged.elbo:.4g} nats per image (reconstruction {judged.reconstruction:.4g}, "
        f"KL {judged.kl:.3g}); {gate:.4g} is needed."
    )


def _seen(judged: Judgement, gate: float, collapse: float) -> str:
    if judged.kl < EMPTY and abs(judged.elbo - collapse) < NEAR:
        return (
            f"Your decoder ignores z: {collapse:.4g} nats is what the best constant image reaches, "
            "and the encoder puts nothing into z."
        )
    if judged.elbo < collapse and judged.reconstruction >= gate:
        return (
            "The reconstruction alone would do, but q(z|x) is far from the prior: nothing in the training kept the KL "
            "term small enough to be worth it."
        )
    if judged.elbo < collapse:
        return (
            f"That is worse than the best constant image ({collapse:.4g} nats): for z drawn from q(z|x) = "
            "N(mu, exp(logvar)) the decoder's images do not fit."
        )
    return f"That is better than a constant image ({collapse:.4g} nats), but not enough."


def _own(judged: Judgement, reported: float | None) -> str:
    if reported is None or abs(reported + judged.elbo) <= LOST * abs(judged.elbo):
        return ""
    return (
        f"In training your own code reported a loss of {reported:.4g} at the end, where −ELBO is {-judged.elbo:.4g}: "
        "it minimised something else."
    )
