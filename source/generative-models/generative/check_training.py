"""Given: short trainings with your own functions, compared with published levels. Takes about a minute.

python -m generative.check_training            both models
python -m generative.check_training vae        exercise 9-1
python -m generative.check_training gan        exercise 9-2

What stands here says whether something learns, not whether a formula is right: that is what `python -m generative.check`
looks at. Your losses are believed as they are; when your work is graded, the models are measured independently.
"""

import argparse
import math
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from generative import elbo, gan, vae
from generative.data import load_mnist
from generative.gan_models import Discriminator, Generator
from generative.training import draw, shortened, train_gan, train_vae

STEPS_VAE, STEPS_GAN = 938, 400
LAST = 50  # steps whose mean is compared


@dataclass(frozen=True)
class Levels:
    """Published levels of one data set, in nats per image, after 938 steps."""

    constant: float  # −log p(x) of the best constant image: what a decoder that ignores z reaches
    usual: float  # −ELBO of an ordinary VAE with 400 hidden units and 20 latent components


MNIST, DIGITS = Levels(constant=206, usual=116), Levels(constant=356, usual=287)


@dataclass(frozen=True)
class Seen:
    """One line of the report."""

    good: bool
    sentence: str


def levels(images: Tensor) -> Levels:
    """The levels of the set in use: MNIST, or the small set that came with the exercise."""
    return MNIST if len(images) == 60_000 else DIGITS


def vae_learns(images: Tensor, known: Levels) -> Seen:
    """Trains VAE() with your losses; the mean loss of the last steps is to lie well below the constant image."""
    torch.manual_seed(0)
    steps = shortened(STEPS_VAE)
    history = train_vae(vae.VAE(), images, elbo.bernoulli_log_likelihood, elbo.elbo, steps=steps)
    loss, kl = (
        sum(curve[-LAST:]) / len(curve[-LAST:]) for curve in (history.curves["loss"], history.curves["kl"])
    )
    numbers = f"−ELBO is {loss:.1f} nats per image, {kl:.1f} of them KL"
    compared = (
        f"a decoder that ignores z reaches {known.constant:.0f}, an ordinary VAE about {known.usual:.0f}"
    )
    if not math.isfinite(loss):
        return Seen(False, f"Your loss became {loss}.")
    if loss < 0.6 * known.usual:
        return Seen(
            False, f"{numbers}: too good to be true ({compared}). Does the loss contain all of its terms?"
        )
    if loss > 0.97 * known.constant:
        return Seen(False, f"{numbers}: {compared}. Your decoder learns nothing from z.")
    if kl < 1:
        return Seen(False, f"{numbers}: z carries nothing.")
    return Seen(True, f"{numbers}; {compared}.")


def game_learns(images: Tensor, name: str, loss: Callable[[Tensor, Tensor], Tensor]) -> Seen:
    """A game with your losses; the generated images are to vary about as much as digits do."""
    torch.manual_seed(0)
    generator = Generator()
    steps = shortened(STEPS_GAN)
    train_gan(generator, Discriminator(), images, gan.discriminator_loss, loss, steps=steps)
    made = draw(generator, generator.noise(500)).flatten(1)
    spread, ink = made.std(0).mean().item(), made.mean().item()
    of_digits = images.flatten(1).std(0).mean().item()
    numbers = f"{name}: pixels vary by {spread:.3f} from image to image, mean {ink:.3f}"
    compared = f"digits: {of_digits:.3f} and {images.mean():.3f}"
    if not math.isfinite(spread) or spread < of_digits / 3:
        return Seen(
            False, f"{numbers} ({compared}). The images are nearly all alike: the generator learns nothing."
        )
    if abs(ink - images.mean().item()) > images.mean().item():
        return Seen(False, f"{numbers} ({compared}). The images are far from digits in their mean.")
    return Seen(True, f"{numbers} ({compared}).")


def run(only: str | None = None) -> bool:
    """Train, print one line for each training, and say whether all is well."""
    images, _ = load_mnist(folder=os.environ.get("MNIST_DIR"))
    known = levels(images)
    loss = gan.generator_loss_nonsaturating
    games = {
        "non-saturating game": lambda *logits: loss(logits[1]),
        "minimax game": gan.generator_loss_minimax,
    }
    trainings: list[tuple[str, Callable[[], Seen]]] = []
    if only in (None, "vae"):
        trainings.append(("VAE", lambda: vae_learns(images, known)))
    if only in (None, "gan"):
        trainings += [
            (name, lambda n=name, g=game: game_learns(images, n, g)) for name, game in games.items()
        ]
    report = [(name, _seen(training)) for name, training in trainings]
    for name, seen in report:
        print(f"{'✓' if seen.good else '✗'} {name}: {seen.sentence.removeprefix(f'{name}: ')}")
    return all(seen.good for _, seen in report)


def _seen(training: Callable[[], Seen]) -> Seen:
    try:
        return training()
    except NotImplementedError as error:
        return Seen(False, f"not written yet ({error})")
    except Exception as error:  # whatever your code raises: the line says it, the others still run
        return Seen(False, f"{type(error).__name__}: {error}")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m generative.check_training", description=__doc__.splitlines()[0]
    )
    parser.add_argument("model", nargs="?", choices=["vae", "gan"], help="only this one")
    sys.exit(0 if run(parser.parse_args().model) else 1)


if __name__ == "__main__":
    main()
