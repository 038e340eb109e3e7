"""The training loop of the VAE run: batches with random shifts, Adam, and a stop as soon as it makes no sense."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.assignment.torch_models.curve import Curve
from autograder.assignment.torch_models.unusable import Unusable
from autograder.assignment.torch_models.vae_watch import Watch

REPORTS = 100  # progress events in one run


@dataclass(frozen=True)
class Budget:
    """steps, batch size, Adam's learning rate, largest shift in pixels, two seeds (batches and shifts; where the watch
    looks), the device."""

    steps: int
    batch: int
    learning_rate: float
    shift: int
    seed: int
    watch_seed: int = 0
    device: str = "cpu"


LogLikelihood = Callable[[Tensor, Tensor], Tensor]
Elbo = Callable[[Tensor, Tensor, Tensor], Tensor]
Report = Callable[[int, float], None]


def flat_only(model: nn.Module, images: Tensor) -> bool:
    """Whether the model takes images as vectors (N, 784) and not as (N, 1, 28, 28): a slip with a mark of its own."""
    x = images[:2].float() / 255
    model.eval()
    return not _takes(model, x.unsqueeze(1)) and _takes(model, x.flatten(1))


def _takes(model: nn.Module, x: Tensor) -> bool:
    try:
        with torch.no_grad():
            model(x)
    except Exception:  # whatever a student's code raises; the training run names it
        return False
    return True


def train(
    model: nn.Module,
    log_likelihood: LogLikelihood,
    elbo: Elbo,
    images: Tensor,
    budget: Budget,
    report: Report = lambda step, loss: None,
    *,
    flat: bool = False,
) -> tuple[list[float], Watch]:
    """Maximise the mean ELBO of uint8 `images` (N, 28, 28).

    The loss −ELBO of every step, in nats per image, and what watched over the parameters. The model gets batches
    (B, 1, 28, 28), or (B, 784) if `flat`.

    Raises `Unusable` for outputs of the wrong form and `NotFinite` for a loss that is nan or infinite.
    """
    model.to(budget.device)
    parameters = [p for p in model.parameters() if p.requires_grad]
    if not parameters:
        raise Unusable("VAE() has no parameters to train: are its layers attributes of self?")
    optimizer = torch.optim.Adam(parameters, lr=budget.learning_rate, fused=True)
    every = max(1, budget.steps // REPORTS)
    curve = Curve(budget.device)
    watch = Watch(model, optimizer, budget.steps, budget.watch_seed, budget.device)
    model.train()
    for step, x in enumerate(shifted_batches(images.to(budget.device), budget), start=1):
        loss = _loss(model, log_likelihood, elbo, x.flatten(1) if flat else x)
        curve.add(loss)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        watch.before(step)
        optimizer.step()
        watch.after(step)
        if step % every == 0 or step == budget.steps:
            report(step, curve.values()[-1])
    return curve.values(), watch


def shifted_batches(images: Tensor, budget: Budget) -> Iterator[Tensor]:
    """Batches (B, 1, 28, 28) in [0, 1]; every image is moved by its own whole pixels in [−shift, shift]², zeros move in.

    Images are shuffled anew whenever fewer than a batch are left. The generator is private: random numbers that
    the student's code draws change no batch. It is one of the CPU wherever the images lie, so that batches are the same.
    """
    generator = torch.Generator().manual_seed(budget.seed)
    size, shift = min(budget.batch, len(images)), budget.shift
    order = torch.randperm(len(images), generator=generator)
    for _ in range(budget.steps):
        if len(order) < size:
            order = torch.randperm(len(images), generator=generator)
        chosen, order = order[:size], order[size:]
        row, column = torch.randint(0, 2 * shift + 1, (2, size), generator=generator)
        picked = torch.stack([chosen, torch.arange(size), row, column]).to(images.device)
        padded = F.pad(images[picked[0]], (shift,) * 4)
        windows = padded.unfold(1, 28, 1).unfold(2, 28, 1)  # (B, 2·shift + 1, 2·shift + 1, 28, 28), a view
        yield windows[picked[1], picked[2], picked[3]].unsqueeze(1).float() / 255


def _loss(model: nn.Module, log_likelihood: LogLikelihood, elbo: Elbo, x: Tensor) -> Tensor:
    """−mean ELBO of one batch, with the form of every output checked on the way."""
    size, pixels = len(x), x[0].numel()
    outputs = model(x)
    if not (
        isinstance(outputs, tuple | list)
        and len(outputs) == 3
        and all(isinstance(o, Tensor) for o in outputs)
    ):
        raise Unusable("VAE.forward should return three tensors: (logits, mu, logvar)")
    logits, mu, logvar = outputs
    _expect("the logits of VAE.forward", logits, (size, pixels))
    _expect("mu of VAE.forward", mu, (size, mu.shape[-1] if mu.ndim else 1))
    _expect("logvar of VAE.forward", logvar, tuple(mu.shape))
    log_px = log_likelihood(x.flatten(1), logits)
    _expect("the result of bernoulli_log_likelihood", log_px, (size,))
    bound = elbo(log_px, mu, logvar)
    _expect("the result of elbo", bound, (size,))
    loss = -bound.mean()
    if not loss.requires_grad:
        raise Unusable(
            "the ELBO has no gradient: detach, .item(), .numpy() or no_grad cuts it off from the parameters"
        )
    return loss


def _expect(what: str, value: object, shape: tuple[int, ...]) -> None:
    if not isinstance(value, Tensor):
        raise Unusable(f"{what} should be a tensor, got {type(value).__name__}")
    if tuple(value.shape) != shape:
        raise Unusable(
            f"{what} should have shape {shape} for a batch of {shape[0]} images, got {tuple(value.shape)}"
        )
    if not value.is_floating_point():
        raise Unusable(f"{what} should hold floating point numbers, got {value.dtype}")
