"""The trusted ELBO: everything about the VAE run that the grader computes itself, in float64."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autograder.assignment.reference.divergence import kl_standard_normal
from autograder.assignment.reference.elbo import bernoulli_log_likelihood, sigmoid
from autograder.engine.draw import Draw

Numbers = NDArray[np.float64]
Images = NDArray[np.float32]  # (N, 784) in [0, 1]
Pixels = NDArray[np.uint8]  # (N, 28, 28)

DECOYS = 1  # decoys for every held-out image
WALKS, PLACES = 4, 8  # walks between two held-out digits, places on each
REPEATS = 8  # one latent in eight is decoded twice
STEP = 0.05  # of the central differences, in log σ and log|μ|
SAME_LOGIT = 1e-3  # float32 rounding of one row in another place of a batch stays far below


def held_out(images: Pixels, count: int, shift: int, draw: Draw) -> Images:
    """`count` images, each moved by its own whole pixels in [−shift, shift]²; a small set is gone through again."""
    chosen = images[np.resize(draw.rng.permutation(len(images)), count)]
    row, column = draw.rng.integers(0, 2 * shift + 1, (2, count))
    moved = _windows(chosen, shift)[np.arange(count), row, column]
    return np.asarray(moved.reshape(count, -1) / 255, dtype=np.float32)


def collapse_elbo(train_images: Pixels, shift: int, x: Images) -> float:
    """What a decoder that ignores z reaches on `x`: Σ x log m + (1−x) log(1−m) with the mean training image m, KL = 0.

    m is the mean over all shifts, which the mean image's own shifts give exactly; half an observation of each
    outcome keeps pixels that are always black from log 0 (Krichevsky and Trofimov, 1981).
    """
    count = len(train_images)
    ink = train_images.sum(axis=0, dtype=np.int64) / 255
    mean = (_windows(ink[None], shift).mean(axis=(1, 2)).reshape(-1) + 0.5) / (count + 1)
    logits = np.log(mean) - np.log1p(-mean)
    return float(bernoulli_log_likelihood(x, np.broadcast_to(logits, x.shape)).mean())


def _windows(images: NDArray[np.generic], shift: int) -> NDArray[np.generic]:
    """View (N, 2·shift + 1, 2·shift + 1, 28, 28) of all shifts, zeros moved in."""
    padded = np.pad(images, ((0, 0), (shift, shift), (shift, shift)))
    return np.lib.stride_tricks.sliding_window_view(padded, images.shape[1:], axis=(1, 2))


@dataclass(frozen=True)
class Latents:
    """The rows that the decoder gets: the latents of the held-out images, decoys from the prior, some rows twice.

    Each part is for a sandbox of its own and shuffled, so that a decoder can tell nothing from the order or from other
    rows. Two rows of one image with the same ε would tell μ exactly, for which the KL term charges one noisy look.
    """

    z: NDArray[np.float32]  # (M, latent)
    images: NDArray[np.int64]  # row of z for each held-out image
    decoys: NDArray[np.int64]  # rows from N(0, I)
    repeats: NDArray[np.int64]  # rows that hold the latents of images[: len(repeats)] once more
    walks: NDArray[np.int64]  # rows on the lines between the μ of two held-out digits, walk by walk
    scaled: NDArray[np.int64]  # (4, N): rows with σ·eʰ, σ·e⁻ʰ, μ·eʰ, μ·e⁻ʰ and the same ε
    parts: tuple[slice, ...]  # of z: what one decoder gets

    @classmethod
    def draw(cls, mu: Numbers, logvar: Numbers, draw: Draw) -> "Latents":
        """z = μ + e^(v/2)·ε for every image, and the rest."""
        count, latent = mu.shape
        with np.errstate(over="ignore"):
            noise = np.exp(logvar / 2) * draw.rng.standard_normal(mu.shape)
            up, down = np.exp(STEP), np.exp(-STEP)
            z = (mu + noise).astype(np.float32)
            moved = (mu + up * noise, mu + down * noise, up * mu + noise, down * mu + noise)
            scaled = np.concatenate(moved).astype(np.float32)
        decoys = draw.rng.standard_normal((DECOYS * count, latent)).astype(np.float32)
        walks = _walks(mu).astype(np.float32)
        first = np.concatenate([z, decoys, z[: -(-count // REPEATS)]])
        rows = np.concatenate([first, scaled, walks])
        ends = np.cumsum([len(first), count, count, count, count, len(walks)])
        parts = tuple(
            slice(end - size, end) for end, size in zip(ends, np.diff(ends, prepend=0), strict=True)
        )
        place = np.concatenate([part.start + draw.rng.permutation(part.stop - part.start) for part in parts])
        shuffled = np.empty_like(rows)
        shuffled[place] = rows
        images, decoy, repeated = np.split(place[parts[0]], [count, count + len(decoys)])
        moved_rows = np.stack([place[part] for part in parts[1:5]])
        return cls(shuffled, images, decoy, repeated, place[parts[5]], moved_rows, parts)


def _walks(mu: Numbers) -> Numbers:
    """(1−t) μ_a + t μ_b for PLACES values of t, for WALKS pairs of images: (WALKS · PLACES, latent)."""
    pairs = mu[np.resize(np.arange(len(mu)), 2 * WALKS)].reshape(WALKS, 2, 1, -1)
    t = np.linspace(0, 1, PLACES)[:, None]
    return np.asarray(((1 - t) * pairs[:, 0] + t * pairs[:, 1]).reshape(WALKS * PLACES, -1))


@dataclass(frozen=True)
class KlWeights:
    """The weight β with which the KL term must have stood in the loss, for this model to be at rest.

    Where E[−log p(x|z)] + β KL is smallest, its derivative along any direction is 0. Two directions move the whole
    encoder: log σ + c and log|μ| + d. With R the reconstruction loss, dKL/dc = Σ(σ²−1) and dKL/dd = Σμ², so
    β = (dR/dc)/Σ(1−σ²) and β = −(dR/dd)/Σμ². Near 1 for a correct loss of any architecture; nan where KL is flat.
    """

    sigma: float
    mu: float

    @classmethod
    def of(cls, mu: Numbers, logvar: Numbers, losses: Numbers) -> "KlWeights":
        """`losses` (4,): R with the rows of `Latents.scaled`; the derivatives are central differences."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            by_sigma, by_mu = (losses[0] - losses[1]) / (2 * STEP), (losses[2] - losses[3]) / (2 * STEP)
            shrink = (1 - np.exp(logvar)).sum(axis=1).mean()
            grow = (mu**2).sum(axis=1).mean()
            return cls(float(by_sigma / shrink), float(-by_mu / grow))


@dataclass(frozen=True)
class Judgement:
    """All numbers in nats per image."""

    elbo: float
    reconstruction: float
    kl: float
    repeatable: bool  # the same z gave the same logits
    weights: "KlWeights"
    reconstructions: Numbers  # probabilities (N, 784), in the order of the held-out images
    samples: Numbers  # probabilities (M, 784) decoded from the prior
    walks: Numbers  # probabilities (WALKS · PLACES, 784) on the way from one digit to another


def judge(x: Images, mu: Numbers, logvar: Numbers, latents: Latents, logits: Numbers) -> Judgement:
    """ELBO = mean over images of log p(x|z) − KL(N(μ, eᵛ) ‖ N(0, I)), one z per image. Sheet 9-1 (d)."""
    with np.errstate(over="ignore", invalid="ignore"):
        own, again = logits[latents.images], logits[latents.repeats]
        reconstruction = float(bernoulli_log_likelihood(x, own).mean())
        kl = float(kl_standard_normal(mu, logvar).sum(axis=1).mean())
        scaled = np.array([-bernoulli_log_likelihood(x, logits[rows]).mean() for rows in latents.scaled])
        scale = 1 + np.abs(again)
        repeatable = bool((np.abs(own[: len(again)] - again) <= SAME_LOGIT * scale).all())
        return Judgement(
            elbo=reconstruction - kl,
            reconstruction=reconstruction,
            kl=kl,
            repeatable=repeatable,
            weights=KlWeights.of(mu, logvar, scaled),
            reconstructions=sigmoid(own),
            samples=sigmoid(logits[latents.decoys]),
            walks=sigmoid(logits[latents.walks]),
        )
