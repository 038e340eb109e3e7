"""Exercise 9-1 (a), (b): divergences of normal distributions, drawn with your functions."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from generative.plots.figure import show

KlNormal = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]
LEVELS = (0.1, 0.25, 0.5, 1, 2, 4, 8)


def kl_directions(kl_normal: KlNormal) -> None:
    """KL(q ‖ p) and KL(p ‖ q) for p = N(0, 1), over the mean and over the standard deviation of q."""
    zero, one = torch.zeros(200), torch.ones(200)
    mu, sigma = torch.linspace(-3, 3, 200), torch.linspace(0.25, 3, 200)
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.2), sharey=True, layout="constrained")
    for ax, x, q in [(left, mu, (mu, 2 * one)), (right, sigma, (zero, sigma))]:
        ax.plot(x, kl_normal(*q, zero, one), label="KL(q ‖ p)")
        ax.plot(x, kl_normal(zero, one, *q), "--", label="KL(p ‖ q)")
    left.set(xlabel="μ₁", ylabel="divergence in nats", ylim=(0, 6), title="q = N(μ₁, 2²), p = N(0, 1)")
    right.set(xlabel="σ₁", title="q = N(0, σ₁²), p = N(0, 1)")
    left.legend()
    show(
        figure,
        "Two line charts of both directions of the KL divergence between q and the standard normal, in nats: over the "
        "mean of q at width 2, and over the width of q at mean 0.",
    )


def kl_maps(kl_normal: KlNormal) -> None:
    """Both directions as contour maps over (μ₁, σ₁) of q, for p = N(0, 1)."""
    mu, sigma = torch.meshgrid(torch.linspace(-3, 3, 121), torch.linspace(0.2, 3, 113), indexing="xy")
    zero, one = torch.zeros_like(mu), torch.ones_like(mu)
    directions = {
        "KL(q ‖ p) in nats: the average over q": kl_normal(mu, sigma, zero, one),
        "KL(p ‖ q) in nats: the average over p": kl_normal(zero, one, mu, sigma),
    }
    shades = plt.get_cmap("Blues")(torch.linspace(0, 0.7, len(LEVELS) + 1).numpy())
    figure, axes = plt.subplots(1, 2, figsize=(10, 3.6), sharey=True, layout="constrained")
    for ax, (title, nats) in zip(axes, directions.items(), strict=True):
        ax.contourf(mu, sigma, nats, levels=(0, *LEVELS, 1e4), colors=shades)
        lines = ax.contour(mu, sigma, nats, levels=LEVELS, colors="black", linewidths=0.8)
        ax.clabel(lines, fmt="%g", fontsize=9)
        ax.plot(0, 1, "o", color="tab:red", ms=6)
        ax.annotate("q = p", (0, 1), (0, 5), textcoords="offset points", ha="center", color="tab:red", size=9)
        ax.set(xlabel="μ₁", title=title)
    axes[0].set_ylabel("σ₁")
    show(
        figure,
        "Two contour maps over the mean and the width of q: the KL divergence from q to the standard normal, and the "
        "opposite direction. Both are 0 at mean 0 and width 1; their contours have different shapes.",
    )


def kl_curve(kl_standard_normal: Callable[[Tensor, Tensor], Tensor]) -> None:
    """KL(N(mu, e^logvar) ‖ N(0, 1)) over logvar for three values of mu."""
    logvar = torch.linspace(-6, 3, 200)
    figure, ax = plt.subplots(figsize=(6.5, 3.4), layout="constrained")
    for mu, style in [(0.0, "-"), (1.0, "--"), (2.0, "-.")]:
        ax.plot(logvar, kl_standard_normal(torch.full_like(logvar, mu), logvar), style, label=f"mu = {mu:g}")
    ax.set(xlabel="logvar = log σ²", ylabel="KL(q ‖ N(0, 1)) in nats", ylim=(0, None))
    sigma = ax.secondary_xaxis("top", functions=(lambda v: v / 2, lambda s: 2 * s))
    marks = [0.05, 0.1, 0.2, 0.5, 1, 2, 4]
    sigma.set_xticks(torch.tensor(marks).log().tolist(), [f"{mark:g}" for mark in marks])
    sigma.set_xlabel("σ")
    ax.legend()
    show(
        figure,
        "Line chart of the KL divergence from the standard normal in nats over logvar from −6 to 3, for the means 0, 1 "
        "and 2. Larger means lie higher, and each curve has one minimum.",
    )
