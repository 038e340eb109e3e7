"""The loops of the GAN runs: a game of both players, and a discriminator that runs ahead of its generator."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from autograder.assignment.torch_models.curve import Curve
from autograder.assignment.torch_models.unusable import Unusable
from autograder.assignment.training.gan_shapes import NOISE

GENERATOR_LOSS = "the generator's loss"  # as a message calls it
REPORTS = 50  # progress events in one game
BETAS = (0.5, 0.999)  # the other player moves, so that an old gradient soon points the wrong way

Loss = Callable[[Tensor, Tensor], Tensor]
GeneratorLoss = Callable[[nn.Module, Tensor, Tensor], Tensor]  # of D, x and G(z): it asks D what it needs
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
    generator_loss: GeneratorLoss,
    images: Tensor,
    budget: GameBudget,
    report: Report = lambda step, loss: None,
) -> tuple[list[float], list[float]]:
    """One step of D, then one of G, `steps` times, on uint8 `images` (N, pixels); J_D and J_G of every step.

    Raises `Unusable` for a result of the wrong form and `NotFinite` for a loss that is nan or infinite.
    """
    players = generator.to(budget.device), discriminator.to(budget.device)
    optimizer_g, optimizer_d = (
        torch.optim.Adam(p.parameters(), lr=budget.learning_rate, betas=BETAS, fused=True) for p in players
    )
    every = max(1, budget.steps // REPORTS)
    curve_d, curve_g = Curve(budget.device), Curve(budget.device)
    for step, (x, z) in zip(range(1, budget.steps + 1), _batches(images, budget), strict=False):
        fake = generator(z)
        _step_of_d(discriminator, optimizer_d, discriminator_loss, x, fake.detach(), curve_d)
        # D has changed, so G asks it again. Only G's parameters take the step.
        loss_g = _checked(generator_loss(discriminator, x, fake), GENERATOR_LOSS)
        curve_g.add(loss_g)
        optimizer_g.zero_grad()
        loss_g.backward()  # type: ignore[no-untyped-call]
        optimizer_g.step()
        if step % every == 0 or step == budget.steps:
            report(step, curve_g.values()[-1])
    return curve_d.values(), curve_g.values()


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
    generator.to(budget.device)
    discriminator.to(budget.device)
    optimizer = torch.optim.Adam(discriminator.parameters(), lr=budget.learning_rate, betas=BETAS, fused=True)
    curve = Curve(budget.device)
    states: list[dict[str, Tensor]] = []
    for step, (x, z) in enumerate(_batches(images, budget)):
        if step in moments:
            states.append({name: tensor.clone() for name, tensor in discriminator.state_dict().items()})
        if step == budget.steps:
            break
        with torch.no_grad():
            fake = generator(z)
        _step_of_d(discriminator, optimizer, discriminator_loss, x, fake, curve)
        report(step + 1, curve.values()[-1])
    return states


def _step_of_d(
    discriminator: nn.Module,
    optimizer: torch.optim.Optimizer,
    loss: Loss,
    x: Tensor,
    fake: Tensor,
    curve: Curve,
) -> None:
    value = _checked(loss(discriminator(x), discriminator(fake)), "the result of discriminator_loss")
    curve.add(value)
    optimizer.zero_grad()
    value.backward()  # type: ignore[no-untyped-call]
    optimizer.step()


def _batches(images: Tensor, budget: GameBudget) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of images and of noise without end. The generator is private: what the student's code draws changes none."""
    random = torch.Generator().manual_seed(budget.seed)
    images = images.to(budget.device)
    while True:
        chosen = torch.randint(len(images), (budget.batch,), generator=random).to(budget.device)
        noise = torch.randn(budget.batch, NOISE, generator=random).to(budget.device)
        yield images[chosen].float().div(255), noise


def _checked(loss: object, what: str) -> Tensor:
    if not isinstance(loss, Tensor):
        raise Unusable(f"{what} should be a tensor, got {type(loss).__name__}")
    if loss.shape != ():
        raise Unusable(f"{what} should be one number, got a tensor of shape {tuple(loss.shape)}")
    if not loss.requires_grad:
        raise Unusable(
            f"{what} has no gradient: detach, .item(), .numpy() or no_grad cuts it off from the logits"
        )
    return loss
