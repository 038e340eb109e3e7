"""Measures what the gates of the VAE run rest on: the ELBO of correct models and of gross defects, one thread, CPU time.

    python benchmarks/training_gates.py --data DIR|embedded --seeds 5 --steps 600

DIR is a folder as torchvision lays out MNIST. Trains in this process, without sandboxes; the judge is the grader's.
Prints −ELBO, reconstruction and KL in nats per held-out image and the CPU seconds of training and judging, one row
per run, then mean and standard deviation of each model and how far the worst correct one lies from the collapse.
`--model` and `--defects` narrow the runs down. All correct models take `--seeds` seeds, defects at most two.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.assignment.torch_models import losses
from autograder.assignment.torch_models.unusable import NotFinite
from autograder.assignment.torch_models.vae import ReferenceVAE
from autograder.assignment.torch_models.vae_loop import Budget, train
from autograder.assignment.training.vae_judge import Judgement, Latents, collapse_elbo, held_out, judge
from autograder.data import EMBEDDED_SHA256, MNIST_SHA256, DataSet, load
from autograder.engine.draw import Draw


class DeepVAE(ReferenceVAE):
    """Two hidden layers of 400 on each side."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 400))
        self.decoder = nn.Sequential(nn.Linear(20, 400), nn.ReLU(), nn.Linear(400, 400))


class LogisticVAE(ReferenceVAE):
    """Two hidden layers of 200 with logistic activations: about the slowest learner that a student may hand in."""

    def __init__(self) -> None:
        super().__init__(hidden_dim=200)
        self.encoder = nn.Sequential(nn.Linear(784, 200), nn.Sigmoid(), nn.Linear(200, 200), nn.Sigmoid())
        self.decoder = nn.Sequential(nn.Linear(20, 200), nn.Sigmoid(), nn.Linear(200, 200), nn.Sigmoid())


class ConvVAE(ReferenceVAE):
    """Two strided convolutions (8 and 16 channels) and their transposes."""

    def __init__(self) -> None:
        super().__init__(hidden_dim=784)
        self.encoder = nn.Sequential(
            nn.Unflatten(1, (1, 28, 28)),
            nn.Conv2d(1, 8, 4, 2, 1),
            nn.ReLU(),
            nn.Conv2d(8, 16, 4, 2, 1),
            nn.Flatten(),
        )
        self.logits = nn.Sequential(
            nn.Unflatten(1, (16, 7, 7)),
            nn.ConvTranspose2d(16, 8, 4, 2, 1),
            nn.ReLU(),
            nn.ConvTranspose2d(8, 1, 4, 2, 1),
            nn.Flatten(),
        )


class NoNoise(ReferenceVAE):
    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mu, logvar = self.encode(x)
        return self.decode(mu), mu, logvar


class DetachedZ(ReferenceVAE):
    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mu, logvar = self.encode(x)
        return self.decode(losses.reparameterize(mu, logvar).detach()), mu, logvar


class SigmoidTwice(ReferenceVAE):
    def decode(self, z: Tensor) -> Tensor:
        return torch.sigmoid(super().decode(z))


def no_kl(log_px: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    return log_px


def flipped(log_px: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    return -losses.elbo(log_px, mu, logvar)


def mean_over_pixels(x: Tensor, logits: Tensor) -> Tensor:
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").mean(1)


@dataclass(frozen=True)
class Variant:
    """A model with its losses."""

    name: str
    model: Callable[[], nn.Module] = ReferenceVAE
    log_likelihood: Callable[[Tensor, Tensor], Tensor] = losses.bernoulli_log_likelihood
    elbo: Callable[[Tensor, Tensor, Tensor], Tensor] = losses.elbo


CORRECT = (
    Variant("reference"),
    Variant("hidden 128", lambda: ReferenceVAE(hidden_dim=128)),
    Variant("hidden 64", lambda: ReferenceVAE(hidden_dim=64)),
    Variant("latent 2", lambda: ReferenceVAE(latent_dim=2)),
    Variant("hidden 64, latent 2", lambda: ReferenceVAE(hidden_dim=64, latent_dim=2)),
    Variant("depth 2", DeepVAE),
    Variant("depth 2, logistic", LogisticVAE),
    Variant("convolutional", ConvVAE),
)
DEFECTS = (
    Variant("no KL", elbo=no_kl),
    Variant("mean over pixels", log_likelihood=mean_over_pixels),
    Variant("no noise", NoNoise),
    Variant("z detached", DetachedZ),
    Variant("sign of the ELBO", elbo=flipped),
    Variant("sigmoid twice", SigmoidTwice),
)


@dataclass(frozen=True)
class Measured:
    judgement: Judgement | None  # None: the loss was not finite
    train_seconds: float
    judge_seconds: float


def measure(variant: Variant, data: DataSet, seed: int, steps: int, shift: int, count: int) -> Measured:
    """One run of one variant, judged on `count` held-out images."""
    torch.manual_seed(seed)
    model = variant.model()
    started = time.process_time()
    budget = Budget(steps=steps, batch=128, learning_rate=1e-3, shift=shift, seed=seed)
    try:
        train(model, variant.log_likelihood, variant.elbo, torch.tensor(data.train_images), budget)
    except NotFinite:
        return Measured(None, time.process_time() - started, 0.0)
    trained = time.process_time()
    draw = Draw(seed.to_bytes(4, "big"), "benchmark")
    x = held_out(data.test_images, count, shift, draw)
    model.eval()
    with torch.no_grad():
        mu, logvar = (t.double().numpy() for t in model.encode(torch.from_numpy(x)))  # type: ignore[operator]
        latents = Latents.draw(mu, logvar, draw)
        logits = model.decode(torch.from_numpy(latents.z)).double().numpy()  # type: ignore[operator]
    judgement = judge(x, mu, logvar, latents, logits)
    return Measured(judgement, trained - started, time.process_time() - trained)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", required=True, help="folder with MNIST, or embedded")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=938)
    parser.add_argument("--shift", type=int, default=1, help="largest shift in pixels")
    parser.add_argument("--held-out", type=int, default=1000)
    parser.add_argument("--model", action="append", help="only this correct model; may be repeated")
    parser.add_argument("--defects", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    data = load(options.data, expected={"mnist": MNIST_SHA256, "embedded": EMBEDDED_SHA256})
    x = held_out(data.test_images, options.held_out, options.shift, Draw(b"benchmark", "collapse"))
    collapse = -collapse_elbo(data.train_images, options.shift, x)
    print(f"{data.name}, {options.steps} steps, shift {options.shift}, {options.held_out} held-out images")
    print(f"collapse {collapse:.1f} nats\n")
    print(f"{'model':18} seed    -ELBO    recon       KL  train s  judge s")
    correct = [v for v in CORRECT if options.model is None or v.name in options.model]
    runs = [(v, options.seeds) for v in correct]
    runs += [(v, min(2, options.seeds)) for v in DEFECTS] if options.defects else []
    for variant, seeds in runs:
        reached: list[float] = []
        for seed in range(seeds):
            m = measure(variant, data, seed, options.steps, options.shift, options.held_out)
            if m.judgement is None:
                print(
                    f"{variant.name:18} {seed:4}  the loss is not finite  {m.train_seconds:8.1f}", flush=True
                )
                continue
            j = m.judgement
            reached.append(-j.elbo)
            numbers = f"{-j.elbo:8.4g} {-j.reconstruction:8.4g} {j.kl:8.4g}"
            print(
                f"{variant.name:18} {seed:4} {numbers} {m.train_seconds:8.1f} {m.judge_seconds:8.2f}",
                flush=True,
            )
        if len(reached) > 1:
            print(
                f"{variant.name:18} mean {statistics.mean(reached):8.4g} ± {statistics.stdev(reached):.3g}"
                f", worst {np.max(reached):.4g}\n"
            )


if __name__ == "__main__":
    main()
