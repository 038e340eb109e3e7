"""Given for exercises 9-1 (e) and 9-2: the training loops. They call the functions that you wrote."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from tqdm import tqdm

from generative.gan_models import Discriminator, Generator


@dataclass
class History:
    """What a training run leaves: one number per step and curve, and samples drawn on the way."""

    curves: dict[str, list[float]] = field(default_factory=dict)
    pictures: dict[int, Tensor] = field(default_factory=dict)

    def record(self, **values: Tensor) -> dict[str, str]:
        """Append one number to each curve; returns them as text for the progress bar."""
        for name, value in values.items():
            self.curves.setdefault(name, []).append(float(value.detach()))
        return {name: f"{curve[-1]:.3g}" for name, curve in self.curves.items()}


def batches(images: Tensor, size: int, steps: int, device: torch.device) -> Iterator[Tensor]:
    """`steps` batches; the images are shuffled anew whenever fewer than `size` are left."""
    order = torch.randperm(len(images))
    for _ in range(steps):
        if len(order) < size:
            order = torch.randperm(len(images))
        chosen, order = order[:size], order[size:]
        yield images[chosen].to(device)


def train_vae(
    vae: nn.Module,
    images: Tensor,
    log_likelihood: Callable[[Tensor, Tensor], Tensor],
    elbo: Callable[[Tensor, Tensor, Tensor], Tensor],
    *,
    steps: int = 938,
    batch_size: int = 128,
    learning_rate: float = 1e-3,
    picture_steps: Iterable[int] = (),
) -> History:
    """Maximise the mean ELBO by Adam. 938 steps are two passes over MNIST: some 15 seconds on a CPU.

    Args:
        vae: a model with the methods of ``VAE``.
        images: values in [0, 1], shape (n, 1, 28, 28).
        log_likelihood: your ``bernoulli_log_likelihood``.
        elbo: your ``elbo``.
        picture_steps: after these steps 8 samples are kept in ``pictures``.

    Returns:
        The curves ``loss`` (−ELBO), ``reconstruction`` (−log p(x|z)) and ``kl``, in nats per image.
    """
    device = next(vae.parameters()).device
    optimizer = torch.optim.Adam(vae.parameters(), lr=learning_rate)
    history, picture_steps = History(), set(picture_steps)
    bar = tqdm(batches(images, batch_size, steps, device), total=steps, desc="VAE", mininterval=1)
    for step, x in enumerate(bar, start=1):
        logits, mu, logvar = vae(x)
        log_px = log_likelihood(x.flatten(1), logits)
        bound = elbo(log_px, mu, logvar)
        loss = -bound.mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        shown = history.record(loss=loss, reconstruction=-log_px.mean(), kl=(log_px - bound).mean())
        if step % 20 == 0 or step == steps:
            bar.set_postfix(shown, refresh=False)
        if step in picture_steps:
            with torch.no_grad():
                history.pictures[step] = vae.sample(8).cpu()
    return history


def train_gan(
    generator: Generator,
    discriminator: Discriminator,
    images: Tensor,
    discriminator_loss: Callable[[Tensor, Tensor], Tensor],
    generator_loss: Callable[[Tensor, Tensor], Tensor],
    *,
    steps: int = 800,
    batch_size: int = 64,
    learning_rate: float = 1e-3,
    picture_steps: Iterable[int] = (),
) -> History:
    """One step of D, then one of G, `steps` times. 800 steps take some 15 seconds on a CPU.

    Args:
        images: values in [0, 1], shape (n, 1, 28, 28).
        discriminator_loss: your ``discriminator_loss``.
        generator_loss: a function of (logits_real, logits_fake), for example your ``generator_loss_minimax``.
        picture_steps: after these steps 8 samples are kept in ``pictures``, always from the same noise.

    Returns:
        The curves ``J_D``, ``J_G`` and the means ``D(x)`` and ``D(G(z))``.
    """
    device = next(generator.parameters()).device
    # A small β₁: the other player moves, so an old gradient soon points the wrong way.
    adam = {"lr": learning_rate, "betas": (0.5, 0.999)}
    optimizer_d = torch.optim.Adam(discriminator.parameters(), **adam)
    optimizer_g = torch.optim.Adam(generator.parameters(), **adam)
    history, picture_steps = History(), set(picture_steps)
    same_noise = generator.noise(8)
    bar = tqdm(batches(images, batch_size, steps, device), total=steps, desc="GAN", mininterval=1)
    for step, x in enumerate(bar, start=1):
        fake = generator(generator.noise(len(x)))

        # detach: this step changes D only.
        logits_real, logits_fake = discriminator(x), discriminator(fake.detach())
        loss_d = discriminator_loss(logits_real, logits_fake)
        optimizer_d.zero_grad()
        loss_d.backward()
        optimizer_d.step()

        # D has changed, so G asks it again. Only G's parameters take the step.
        loss_g = generator_loss(discriminator(x), discriminator(fake))
        optimizer_g.zero_grad()
        loss_g.backward()
        optimizer_g.step()

        beliefs = {"D(x)": logits_real.sigmoid().mean(), "D(G(z))": logits_fake.sigmoid().mean()}
        shown = history.record(J_D=loss_d, J_G=loss_g, **beliefs)
        if step % 20 == 0 or step == steps:
            bar.set_postfix(shown, refresh=False)
        if step in picture_steps:
            history.pictures[step] = draw(generator, same_noise)
    return history


def draw(generator: Generator, z: Tensor) -> Tensor:
    """Images G(z) without a trace in G: evaluation mode, no gradients."""
    generator.eval()
    with torch.no_grad():
        images = generator(z).cpu()
    generator.train()
    return images
