"""Given for exercises 9-1 (e) and 9-2: the training loops. They call the functions that you wrote."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from tqdm import tqdm

from generative.gan_models import Discriminator, Generator


def shortened(steps: int) -> int:
    """`steps`, or fewer where the environment variable GENERATIVE_MAX_STEPS says so, for a quick look at everything."""
    return min(steps, int(os.environ.get("GENERATIVE_MAX_STEPS", steps)))


@dataclass
class History:
    """What a training run leaves: one number per step and curve, and images drawn on the way."""

    curves: dict[str, list[float]] = field(default_factory=dict)
    pictures: dict[int, Tensor] = field(default_factory=dict)
    reconstructions: dict[int, Tensor] = field(default_factory=dict)
    kl_per_component: list[Tensor] = field(default_factory=list)

    def record(self, **values: Tensor) -> dict[str, str]:
        """Append one number to each curve; returns them as text for the progress bar."""
        for name, value in values.items():
            self.curves.setdefault(name, []).append(float(value.detach()))
        return {name: f"{curve[-1]:.3g}" for name, curve in self.curves.items()}


def progress(steps: Iterable, total: int, name: str) -> tqdm:
    """A progress bar on the standard output: notebooks colour the other stream as if something were wrong."""
    return tqdm(steps, total=total, desc=name, mininterval=1, file=sys.stdout)


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
    kl: Callable[[Tensor, Tensor], Tensor] | None = None,
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
        kl: your ``kl_standard_normal``; if given, its mean over each batch is kept for every component of z.
        picture_steps: after these steps 8 samples are kept in ``pictures``, always from the same z, and the first 8
            images as the model rebuilds them in ``reconstructions``.

    Returns:
        The curves ``loss`` (−ELBO), ``reconstruction`` (−log p(x|z)) and ``kl``, in nats per image.
    """
    device = next(vae.parameters()).device
    optimizer = torch.optim.Adam(vae.parameters(), lr=learning_rate)
    history, picture_steps = History(), set(picture_steps)
    bar = progress(batches(images, batch_size, steps, device), steps, "VAE")
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
        if kl is not None:
            history.kl_per_component.append(kl(mu.detach(), logvar.detach()).mean(0))
        if step in picture_steps:
            with torch.no_grad(), torch.random.fork_rng():
                torch.manual_seed(0)
                history.pictures[step] = vae.sample(8).cpu()
                history.reconstructions[step] = vae(images[:8].to(device))[0].sigmoid().cpu()
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
        picture_steps: after these steps 8 samples are kept in ``pictures``, always from the same z.

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
    bar = progress(batches(images, batch_size, steps, device), steps, "GAN")
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


def fit_normal(
    z: Tensor, divergence: Callable[[Tensor], Tensor], *, start: tuple[float, float], steps: int = 250
) -> tuple[Tensor, Tensor]:
    """The normal distribution on the grid z that minimises a divergence, found by Adam.

    Args:
        z: evenly spaced places, shape (K,).
        divergence: a function of the table log q on the grid, shape (K,), whose exp sums to 1.
        start: mean and standard deviation at the beginning.

    Returns:
        The fitted table, shape (K,), and the divergence before each step, shape (steps,).
    """
    mean = torch.tensor(start[0], requires_grad=True)
    log_sigma = torch.tensor(start[1]).log().requires_grad_()
    optimizer = torch.optim.Adam([mean, log_sigma], lr=0.05)
    path = []
    for _ in range(steps):
        log_q = torch.log_softmax(-(((z - mean) / log_sigma.exp()) ** 2) / 2, dim=0)
        loss = divergence(log_q)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        path.append(loss.detach())
    return log_q.detach(), torch.stack(path)


def play_on_a_line(
    draw_data: Callable[[int], Tensor],
    generate: Callable[[Tensor], Tensor] | nn.Module,
    grid: Tensor,
    discriminator_loss: Callable[[Tensor, Tensor], Tensor],
    generator_loss: Callable[[Tensor, Tensor], Tensor] | None = None,
    *,
    steps: int,
    batch_size: int = 256,
    moments: Iterable[int] = (),
) -> dict[int, tuple[Tensor, Tensor]]:
    """A GAN for numbers: one step of D, then one of G, `steps` times. Without `generator_loss` only D learns.

    Args:
        draw_data: n → real numbers, shape (n, 1).
        generate: G, z of shape (n, 1) → numbers of shape (n, 1); a module if it is to learn.
        grid: places x at which D is kept.
        discriminator_loss: your ``discriminator_loss``.
        generator_loss: a function of (logits_real, logits_fake), for example your ``generator_loss_minimax``.
        moments: D and draws of G are kept after these steps, before the first and after the last.

    Returns:
        step → (D(x) on the grid, 5000 draws of G(z)).
    """
    discriminator = nn.Sequential(
        nn.Linear(1, 32), nn.LeakyReLU(0.2), nn.Linear(32, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1)
    )
    optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=5e-3, betas=(0.5, 0.999))
    if generator_loss is not None:
        optimizer_g = torch.optim.Adam(generate.parameters(), lr=1e-3, betas=(0.5, 0.999))
    kept, moments = {}, {0, steps, *moments}
    for step in progress(range(steps + 1), steps + 1, "GAN on a line"):
        if step in moments:
            with torch.no_grad():
                belief = discriminator(grid.unsqueeze(1)).sigmoid().squeeze(1)
                kept[step] = belief, generate(torch.randn(5000, 1))
        x, fake = draw_data(batch_size), generate(torch.randn(batch_size, 1))
        loss_d = discriminator_loss(discriminator(x), discriminator(fake.detach()))
        optimizer_d.zero_grad()
        loss_d.backward()
        optimizer_d.step()
        if generator_loss is not None:
            loss_g = generator_loss(discriminator(x), discriminator(fake))
            optimizer_g.zero_grad()
            loss_g.backward()
            optimizer_g.step()
    return kept
