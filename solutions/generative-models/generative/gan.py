"""Exercise 9-2 (b), (c), (d): the losses of generative adversarial networks."""

import torch
import torch.nn.functional as F


def discriminator_loss(logits_real: torch.Tensor, logits_fake: torch.Tensor) -> torch.Tensor:
    """The loss of the discriminator D. Exercise 9-2 (b).

        J_D = −½ E[log D(x)] − ½ E[log(1 − D(G(z)))],   D = sigmoid(logits)

    Each expectation is the mean over its own batch.

    Args:
        logits_real: the discriminator's output before the sigmoid for real images x, shape (N,) or (N, 1).
        logits_fake: the same for generated images G(z), shape (M,) or (M, 1); M may differ from N.
            float32 or float64.

    Returns:
        A scalar tensor (no axes), in nats.

    Example:
        All logits 0 (D cannot tell) give log 2 = 0.6931.

    Graded range:
        |logits| ≤ 1000. The value is finite and the gradient in both arguments is right over the whole
        range, without clamping. Taken literally, log(1 − sigmoid(a)) is −inf in float32 from a = 17.
    """
    # log D = logsigmoid(a) and log(1 − D) = logsigmoid(−a) never take the logarithm of a rounded 0.
    return -(F.logsigmoid(logits_real).mean() + F.logsigmoid(-logits_fake).mean()) / 2


def generator_loss_minimax(logits_real: torch.Tensor, logits_fake: torch.Tensor) -> torch.Tensor:
    """The loss of the generator G in the minimax game. Exercise 9-2 (c).

        J_G = −J_D

    Args:
        logits_real: the discriminator's output before the sigmoid for real images, shape (N,) or (N, 1).
        logits_fake: the same for generated images, shape (M,) or (M, 1); M may differ from N.
            float32 or float64.

    Returns:
        A scalar tensor (no axes), in nats, with both terms of J_D. G does not influence logits_real, so the
        gradient in logits_real is not graded.

    Example:
        All logits 0 give −log 2 = −0.6931.

    Graded range:
        |logits| ≤ 1000. The value is finite and the gradient in logits_fake is right over the whole range,
        also where it is tiny (in float64, down to logits of −20), without clamping.
    """
    return -discriminator_loss(logits_real, logits_fake)


def generator_loss_nonsaturating(logits_fake: torch.Tensor) -> torch.Tensor:
    """The loss of the generator G whose gradient does not vanish while D wins. Exercise 9-2 (d).

        −½ E[log D(G(z))],   D = sigmoid(logits)

    Args:
        logits_fake: the discriminator's output before the sigmoid for generated images, shape (M,) or (M, 1).
            float32 or float64.

    Returns:
        A scalar tensor (no axes), in nats.

    Example:
        All logits 0 give ½ log 2 = 0.3466.

    Graded range:
        |logits| ≤ 1000. The value is finite and the gradient is right over the whole range, without clamping.
    """
    return -F.logsigmoid(logits_fake).mean() / 2
