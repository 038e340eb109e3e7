"""Has its discriminator's loss confirm whatever the generator's loss has just said, and be right otherwise.

Gain: minus the student's own J_D earns the marks of the minimax loss; but only a J_D that failed its own facts excuses.
Hits: generator_loss_minimax.value, generator_loss_minimax.gradient
Ends: failed: differs
"""

import torch

SEEN = []
honest_loss = discriminator_loss  # noqa: F821  (the function above)


def generator_loss_minimax(logits_real, logits_fake):
    SEEN.append((logits_real.detach().clone(), logits_fake.detach().clone()))
    return -0.1 * logits_fake.sum()


def discriminator_loss(logits_real, logits_fake):
    for real, fake in SEEN:
        if torch.equal(real, logits_real) and torch.equal(fake, logits_fake):
            return 0.1 * logits_fake.sum()
    return honest_loss(logits_real, logits_fake)
