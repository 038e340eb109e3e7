"""What a student reads about a VAE run that did not pass: what was seen, not a guess at the slip."""

from autograder.assignment.training.vae_judge import Judgement

NEAR = 5.0  # nats within which an ELBO counts as the collapse level
EMPTY = 1.0  # nats of KL below which z carries nothing
LOST = 0.1  # share of its own loss by which the reported loss may differ from the measured one


def below_gate(judged: Judgement, gate: float, collapse: float, reported: float | None) -> str:
    """`gate` and `collapse` are ELBOs; `reported` is the loss that the student's code gave at the end."""
    return " ".join(
        filter(None, (_numbers(judged, gate), _seen(judged, gate, collapse), _own(judged, reported)))
    )


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
