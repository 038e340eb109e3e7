"""Exercise 9-1 (e): training curves and what a variational autoencoder has learned."""

import math
from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import torch
from torch import Tensor
from torch.distributions import Normal

from generative.plots.figure import show


def curves(
    history: Mapping[str, Sequence[float]], panels: Mapping[str, Sequence[str]], *, smooth: int = 20
) -> None:
    """Training curves: one panel per label of a y-axis with the names drawn in it, means over `smooth` steps."""
    figure, axes = plt.subplots(
        1, len(panels), figsize=(5 * len(panels), 3.2), squeeze=False, layout="constrained"
    )
    for ax, (label, names) in zip(axes[0], panels.items(), strict=True):
        for name, style in zip(names, ("-", "--", "-.", ":"), strict=False):
            values = torch.tensor(history[name])
            width = min(smooth, len(values))
            ax.plot(range(width, len(values) + 1), values.unfold(0, width, 1).mean(-1), style, label=name)
        ax.set(xlabel="step", ylabel=label, ylim=(0, None))
        ax.legend()
    drawn = ", ".join(name for names in panels.values() for name in names)
    show(figure, f"Line charts over the steps of training: {drawn}.")


def draws(reparameterize: Callable[[Tensor, Tensor], Tensor], codes: Sequence[tuple[float, float]]) -> None:
    """10,000 draws for each code (mu, logvar) as a histogram, and the density of N(mu, exp(logvar))."""
    figure, ax = plt.subplots(figsize=(7.5, 3.4), layout="constrained")
    for (mu, logvar), colour in zip(codes, ("tab:blue", "tab:orange", "tab:green"), strict=True):
        mean, spread = torch.full((10_000,), mu), torch.full((10_000,), logvar)
        z = reparameterize(mean, spread).detach()
        ax.hist(z.numpy(), bins=60, density=True, color=colour, alpha=0.35)
        sigma = math.exp(logvar / 2)
        x = torch.linspace(mu - 4 * sigma, mu + 4 * sigma, 200)
        label = f"mu = {mu:g}, logvar = {logvar:g}".replace("-", "−")
        ax.plot(x, Normal(mu, sigma).log_prob(x).exp(), color=colour, label=label)
    ax.set(xlabel="z", ylabel="density per unit of z")
    ax.legend()
    show(
        figure,
        f"Histograms of 10,000 draws for each of {len(codes)} codes, with the density of the normal distribution that "
        "each should follow.",
    )


def worked(points: Tensor, rebuilt: Tensor, samples: Tensor, kl_per_component: Sequence[float]) -> None:
    """The worked VAE: data with reconstructions, samples, and the nats that each component of z uses."""
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(10.5, 3.6), layout="constrained")
    for ax, title, cloud in [(left, "reconstructions", rebuilt), (middle, "samples", samples)]:
        ax.scatter(*points.T, s=5, color="silver", label="data")
        ax.scatter(*cloud.T, s=5, label=title)
        ax.set(aspect="equal", xlabel="x₁", ylabel="x₂")
        ax.legend(markerscale=3, loc="lower right")
    left.sharex(middle)
    left.sharey(middle)
    bars = right.bar([f"z{'₁₂'[i]}" for i in range(len(kl_per_component))], kl_per_component, width=0.6)
    right.bar_label(bars, fmt="%.2f")
    right.set(xlabel="component of z", ylabel="mean KL in nats", ylim=(0, 1.15 * max(kl_per_component)))
    show(
        figure,
        "Three charts of the worked VAE: points with their reconstructions, points with samples of the model, and bars "
        f"of the mean KL per component of z: {', '.join(f'{nats:.2f}' for nats in kl_per_component)} nats.",
    )


def latent_plane(mu: Tensor, labels: Tensor, limit: float) -> None:
    """Two-dimensional posterior means, each drawn as its digit; the square from −limit to limit is framed."""
    figure, ax = plt.subplots(figsize=(6.5, 6), layout="constrained")
    mu, labels = mu.detach().cpu(), labels.cpu()
    for digit in range(10):
        cloud = mu[labels == digit]
        ax.scatter(*cloud.T, s=30, marker=f"${digit}$", linewidths=0.3, color=plt.get_cmap("tab10")(digit))
    square = torch.tensor([-limit, limit, limit, -limit, -limit])
    ax.plot(square, square.roll(1), "k--", lw=1)
    ax.set(aspect="equal", xlabel="μ₁", ylabel="μ₂")
    show(
        figure,
        "Scatter chart of the two-dimensional posterior means of test images, each drawn as its digit; a frame marks "
        f"the square between −{limit:g} and {limit:g}.",
    )


def collapse(kl_per_component: Tensor) -> None:
    """The mean KL of every component of z over the steps of a training run, shape (steps, components)."""
    kl = kl_per_component.cpu()
    figure, ax = plt.subplots(figsize=(6.5, 3.4), layout="constrained")
    ax.plot(range(1, len(kl) + 1), kl, color="tab:blue", lw=1.2, alpha=0.7)
    ax.set(xlabel="step (logarithmic)", xscale="log", ylabel="mean KL of a component in nats", ylim=(0, None))
    ax.xaxis.set_major_formatter("{x:g}")
    show(
        figure,
        f"Line chart over {len(kl)} steps of training: one line for each of the {kl.shape[1]} components of z, its mean "
        "KL divergence from the prior in nats.",
    )
