"""The loops of the GAN runs: a game of both players, and a discriminator that runs ahead of its generator."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from autograder.assignment.torch_models.unusable import NotFinite, Unusable
from autograder.assignment.training.gan_shapes import NOISE

REPORTS = 50  # progress events in one game
BETAS = (0.5, 0.999)  # the other player moves, so that an old gradient soon points the wrong way

Loss = Callable[[Tensor, Tensor], Tensor]
Report = Callable[[int, float], None]


@dataclass(frozen=True)
class GameBudget:
    """steps of both players, batch size, Adam's learning rate, the seed of batches and noise, the device."""

    steps: int
    batch: int
    learning_rate: float
    seed: int
    device: str = "cpu"


def play(
    generator: nn.Module,
    discriminator: nn.Module,
    discriminator_loss: Loss,
    generator_loss: Loss,
    images: Tensor,
    budget: GameBudget,
    report: Report = lambda step, loss: None,
) -> tuple[list[float], list[float]]:
    """One step of D, then one of G, `steps` times, on uint8 `images` (N, pixels); J_D and J_G of every step.

    `generator_loss` is a function of (logits_real, logits_fake). Raises `Unusable` for a result of the wrong form and
    `NotFinite` for a loss that is nan or infinite.
    """
    players = generator.to(budget.device), discriminator.to(budget.device)
    optimizer_g, optimizer_d = (
        torch.optim.Adam(p.parameters(), lr=budget.learning_rate, betas=BETAS, fused=True) for p in players
    )
    every = max(1, budget.steps // REPORTS)
    losses_d: list[float] = []
    losses_g: list[float] = []
    for step, (x, z) in zip(range(1, budget.steps + 1), _batches(images, budget), strict=False):
        fake = generator(z)
        loss_d = _step_of_d(discriminator, optimizer_d, discriminator_loss, x, fake.detach(), step)
        # D has changed, so G asks it again. Only G's parameters take the step.
        loss_g = _checked(generator_loss(discriminator(x), discriminator(fake)), "the generator's loss", step)
        optimizer_g.zero_grad()
        loss_g.backward()  # type: ignore[no-untyped-call]
        optimizer_g.step()
        losses_d.append(loss_d)
        losses_g.append(loss_g.item())
        if step % every == 0 or step == budget.steps:
            report(step, losses_g[-1])
    return losses_d, losses_g


def run_ahead(
    generator: nn.Module,
    discriminator: nn.Module,
    discriminator_loss: Loss,
    images: Tensor,
    moments: Sequence[int],
    budget: GameBudget,
    report: Report = lambda step, loss: None,
) -> list[dict[str, Tensor]]:
    """The weights of D after each of `moments` steps of D, with G untouched."""
    players = generator.to(budget.device), discriminator.to(budget.device)
    optimizer = torch.optim.Adam(players[1].parameters(), lr=budget.learning_rate, betas=BETAS, fused=True)
    states: list[dict[str, Tensor]] = []
    for step, (x, z) in enumerate(_batches(images, budget)):
        if step in moments:
            states.append({name: tensor.clone() for name, tensor in discriminator.state_dict().items()})
        if step == budget.steps:
            break
        with torch.no_grad():
            fake = generator(z)
        report(step + 1, _step_of_d(discriminator, optimizer, discriminator_loss, x, fake, step + 1))
    return states


def _step_of_d(
    discriminator: nn.Module,
    optimizer: torch.optim.Optimizer,
    loss: Loss,
    x: Tensor,
    fake: Tensor,
    step: int,
) -> float:
    value = _checked(loss(discriminator(x), discriminator(fake)), "the result of discriminator_loss", step)
    optimizer.zero_grad()
    value.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    return value.item()


def _batches(images: Tensor, budget: GameBudget) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of images and of noise without end. The generator is private: what the student's code draws changes none."""
    random = torch.Generator().manual_seed(budget.seed)
    while True:
        chosen = torch.randint(len(images), (budget.batch,), generator=random)
        noise = torch.randn(budget.batch, NOISE, generator=random)
        yield images[chosen].float().div(255).to(budget.device), noise.to(budget.device)


def _checked(loss: object, what: str, step: int) -> Tensor:
    if not isinstance(loss, Tensor):
        raise Unusable(f"{what} should be a tensor, got {type(loss).__name__}")
    if loss.shape != ():
        raise Unusable(f"{what} should be one number, got a tensor of shape {tuple(loss.shape)}")
    if not loss.requires_grad:
        raise Unusable(
            f"{what} has no gradient: detach, .item(), .numpy() or no_grad cuts it off from the logits"
        )
    if not math.isfinite(loss.item()):
        raise NotFinite(step, loss.item())
    return loss
