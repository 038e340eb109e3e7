"""Given: the pictures of the notebook. Each function takes numbers or functions and shows one figure."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import torch
from torch import Tensor

plt.rcParams["axes.spines.top"] = plt.rcParams["axes.spines.right"] = False


def digits(rows: Mapping[str, Tensor]) -> None:
    """Rows of 28 × 28 images, each with its name on the left. Values from 0 (black) to 1 (white)."""
    columns = max(len(images) for images in rows.values())
    _, axes = plt.subplots(len(rows), columns, figsize=(0.9 * columns + 1, 0.95 * len(rows)), squeeze=False)
    for row, (name, images) in zip(axes, rows.items(), strict=True):
        for ax in row:
            ax.axis("off")
        for ax, image in zip(row, images, strict=False):
            ax.imshow(image.detach().reshape(28, 28).cpu(), cmap="gray", vmin=0, vmax=1)
        row[0].text(-0.15, 0.5, name, transform=row[0].transAxes, ha="right", va="center")
    plt.subplots_adjust(wspace=0.05, hspace=0.05)
    plt.show()


def candidates(images: Tensor, titles: Sequence[str]) -> None:
    """One row of images with a title above each."""
    _, axes = plt.subplots(1, len(images), figsize=(1.8 * len(images), 2.2))
    for ax, image, title in zip(axes, images, titles, strict=True):
        ax.imshow(image.detach().reshape(28, 28), cmap="gray", vmin=0, vmax=1)
        ax.set_title(title, fontsize=9)
        ax.axis("off")
    plt.tight_layout()
    plt.show()


def curves(
    history: Mapping[str, Sequence[float]], panels: Sequence[Sequence[str]], *, smooth: int = 20
) -> None:
    """Training curves: one panel per group of names, means over `smooth` steps; the first steps may be cut off."""
    _, axes = plt.subplots(1, len(panels), figsize=(5 * len(panels), 3), squeeze=False)
    for ax, names in zip(axes[0], panels, strict=True):
        for name in names:
            values = torch.tensor(history[name])
            width = min(smooth, len(values))
            means = values.unfold(0, width, 1).mean(-1)
            ax.plot(range(width, len(values) + 1), means, label=name)
        ax.set_xlabel("step")
        ax.legend(frameon=False)
    plt.tight_layout()
    plt.show()


def kl_directions(kl_normal: Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]) -> None:
    """KL(q ‖ p) and KL(p ‖ q) for p = N(0, 1), over the mean and over the standard deviation of q."""
    zero, one = torch.zeros(200), torch.ones(200)
    mu, sigma = torch.linspace(-3, 3, 200), torch.linspace(0.25, 3, 200)
    _, (left, right) = plt.subplots(1, 2, figsize=(10, 3), sharey=True)
    for ax, x, q in [(left, mu, (mu, 2 * one)), (right, sigma, (zero, sigma))]:
        ax.plot(x, kl_normal(*q, zero, one), label="KL(q ‖ p)")
        ax.plot(x, kl_normal(zero, one, *q), "--", label="KL(p ‖ q)")
        ax.legend(frameon=False)
    left.set(xlabel="μ₁,  q = N(μ₁, 2²)", ylabel="nats", ylim=(0, 6))
    right.set(xlabel="σ₁,  q = N(0, σ₁²)")
    plt.tight_layout()
    plt.show()


def kl_curve(kl_standard_normal: Callable[[Tensor, Tensor], Tensor]) -> None:
    """KL(N(mu, e^logvar) ‖ N(0, 1)) over logvar for three values of mu."""
    logvar = torch.linspace(-6, 3, 200)
    plt.figure(figsize=(5.5, 3))
    for mu in (0.0, 1.0, 2.0):
        plt.plot(logvar, kl_standard_normal(torch.full_like(logvar, mu), logvar), label=f"mu = {mu:g}")
    plt.xlabel("logvar = log σ²")
    plt.ylabel("KL in nats")
    plt.ylim(bottom=0)
    plt.legend(frameon=False)
    plt.tight_layout()
    plt.show()


def elbo_curve(
    t: Tensor, elbo: Tensor, reconstruction: Tensor, kl: Tensor, evidence: float, posterior: float
) -> None:
    """The ELBO and its two terms over t = q(z = 1), with log p(x) and the true posterior."""
    plt.figure(figsize=(6.5, 3.4))
    plt.axhline(evidence, color="black", lw=1, label="log p(x)")
    plt.axvline(posterior, color="black", lw=1, ls=":", label="t = p(z = 1 | x)")
    plt.plot(t, elbo, label="ELBO", lw=2.5)
    plt.plot(t, reconstruction, "--", label="reconstruction")
    plt.plot(t, kl, "--", label="KL(q ‖ p)")
    plt.xlabel("t = q(z = 1)")
    plt.ylabel("nats")
    plt.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    plt.tight_layout()
    plt.show()


def toy(points: Tensor, rebuilt: Tensor, samples: Tensor, kl_per_component: Sequence[float]) -> None:
    """The worked VAE: data with reconstructions, samples, and the nats that each component of z uses."""
    _, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 3.4))
    for ax, title, cloud in [(left, "reconstructions", rebuilt), (middle, "samples", samples)]:
        ax.scatter(*points.T, s=4, color="lightgrey", label="data")
        ax.scatter(*cloud.T, s=4, label=title)
        ax.set(aspect="equal", xlabel="x₁", ylabel="x₂")
        ax.legend(frameon=False, markerscale=3, loc="lower right")
    bars = right.bar([f"z{'₁₂'[i]}" for i in range(len(kl_per_component))], kl_per_component)
    right.bar_label(bars, fmt="%.2f")
    right.set(ylabel="mean KL in nats", ylim=(0, 1.1 * max(kl_per_component)))
    plt.tight_layout()
    plt.show()


def loss_terms(discriminator_loss: Callable[[Tensor, Tensor], Tensor]) -> None:
    """What one real and one generated image add to J_D, over the logit that D gives them."""
    logits = torch.linspace(-6, 6, 121)
    sure = torch.tensor([1000.0])  # D is certain and right about the other image, whose term is then 0
    plt.figure(figsize=(5.5, 3))
    plt.plot(logits, [discriminator_loss(a.reshape(1), -sure).item() for a in logits], label="real image")
    plt.plot(
        logits, [discriminator_loss(sure, a.reshape(1)).item() for a in logits], "--", label="generated image"
    )
    plt.xlabel("logit of D")
    plt.ylabel("share of J_D in nats")
    plt.legend(frameon=False)
    plt.tight_layout()
    plt.show()


def saturation(
    generator_loss_minimax: Callable[[Tensor, Tensor], Tensor],
    generator_loss_nonsaturating: Callable[[Tensor], Tensor],
) -> None:
    """Both generator losses for one generated image over its logit a, and the size of their gradients in a."""
    logits = torch.linspace(-10, 4, 141)
    real = torch.zeros(1)
    losses = {
        "minimax": lambda a: generator_loss_minimax(real, a),
        "non-saturating": generator_loss_nonsaturating,
    }
    _, (left, right) = plt.subplots(1, 2, figsize=(10, 3.2))
    for (name, loss), style in zip(losses.items(), ("-", "--"), strict=True):
        values, slopes = [], []
        for number in logits.tolist():
            a = torch.tensor([number], requires_grad=True)
            value = loss(a)
            value.backward()
            values.append(value.item())
            slopes.append(a.grad.abs().item())
        left.plot(logits, values, style, label=name)
        right.semilogy(logits, slopes, style, label=name)
    left.set(xlabel="logit a of D(G(z))", ylabel="J_G in nats")
    right.set(xlabel="logit a of D(G(z))", ylabel="|∂J_G / ∂a|")
    right.axvline(0, color="black", lw=1, ls=":")
    right.text(0.15, 3e-5, "D(G(z)) = ½", rotation=90, va="bottom")
    left.legend(frameon=False)
    plt.tight_layout()
    plt.show()
