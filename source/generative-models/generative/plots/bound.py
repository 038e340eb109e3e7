"""Exercise 9-1 (c), (d): the evidence lower bound and the reconstruction term, drawn with your functions."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from generative.plots.figure import probability_axis, show


def elbo_curve(
    t: Tensor, elbo: Tensor, reconstruction: Tensor, kl: Tensor, evidence: float, posterior: float
) -> None:
    """The ELBO and its two terms over t = q(z = 1), with log p(x) and the true posterior."""
    figure, ax = plt.subplots(figsize=(7.5, 3.6), layout="constrained")
    ax.axhline(evidence, color="black", lw=1, label="log p(x)")
    ax.axvline(posterior, color="black", lw=1, ls=":", label="t = p(z = 1 | x)")
    ax.plot(t, elbo, label="ELBO", lw=2.5)
    ax.plot(t, reconstruction, "--", label="E_q[log p(x|z)]")
    ax.plot(t, kl, "-.", label="KL(q ‖ p)")
    ax.set(xlabel="t = q(z = 1)", ylabel="nats")
    figure.legend(loc="outside right center")
    show(
        figure,
        "Line chart over t from 0 to 1, in nats: the ELBO, its two terms, and the constant log p(x), which the ELBO "
        "touches at the true posterior.",
    )


def closing_gap(
    z: Tensor, path: Mapping[float, Tensor], posterior: Tensor, bounds: Sequence[float], evidence: float
) -> None:
    """Left: tables of q on the grid z on a path to the posterior. Right: their ELBO and log p(x)."""
    step = (z[1] - z[0]).item()
    colours = plt.get_cmap("viridis")(torch.linspace(0, 0.85, len(path)).numpy())
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained")
    for (t, log_q), colour in zip(path.items(), colours, strict=True):
        left.plot(z, log_q.exp() / step, color=colour, label=f"t = {t:g}")
    left.plot(z, posterior.exp() / step, "k:", lw=2.5, label="p(z|x)")
    left.set(xlabel="z", ylabel="density q(z) per unit of z")
    left.legend()
    right.axhline(evidence, color="black", lw=1)
    right.text(0.0, evidence, "log p(x)", va="bottom")
    right.vlines(list(path), bounds, evidence, color="lightgrey", lw=1.5, zorder=0)
    right.plot(list(path), bounds, color="grey", lw=1)
    right.scatter(list(path), bounds, color=colours, s=50, zorder=3)
    right.set(xlabel="t, from the prior (0) to the posterior (1)", ylabel="ELBO in nats")
    right.margins(y=0.15)
    show(
        figure,
        "Left: densities of q that move from the prior to the posterior. Right: their ELBO rises along the path, and "
        "its distance to the constant log p(x) shrinks to 0.",
    )


def fitted_normals(z: Tensor, target: Tensor, fits: Mapping[str, tuple[Tensor, Tensor]]) -> None:
    """A target and normals fitted to it, each given as a table of log-probabilities on the grid z, with its path of
    divergences."""
    step = (z[1] - z[0]).item()
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained")
    left.fill_between(z, target.exp() / step, color="lightgrey", label="p")
    for (name, (log_q, path)), style in zip(fits.items(), ("-", "--", "-."), strict=False):
        left.plot(z, log_q.exp() / step, style, label=name)
        right.plot(path, style, label=name)
    left.set(xlabel="z", ylabel="density per unit of z", ylim=(0, None))
    right.set(xlabel="step of the fit", ylabel="divergence in nats", ylim=(0, None))
    handles, names = left.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=len(names))
    show(
        figure,
        f"Left: a density with two bumps and the normal densities that were fitted to it: {'; '.join(fits)}. "
        "Right: the divergence that each fit minimises, over its steps.",
    )


def pixel_terms(log_likelihood: Callable[[Tensor, Tensor], Tensor]) -> None:
    """The term of one pixel over its logit, for four grey values; dots mark each curve's maximum."""
    logits = torch.linspace(-6, 6, 241).unsqueeze(1)  # 241 images of one pixel
    figure, ax = plt.subplots(figsize=(6.5, 3.4), layout="constrained")
    for grey, style in [(0.0, "-"), (0.25, ":"), (0.5, "--"), (1.0, "-.")]:
        nats = log_likelihood(torch.full_like(logits, grey), logits)
        (line,) = ax.plot(logits.squeeze(1), nats, style, label=f"x = {grey:g}")
        if 0 < grey < 1:
            best = nats.argmax()
            ax.plot(logits[best], nats[best], "o", color=line.get_color(), zorder=3)
    ax.set(xlabel="logit of the pixel", ylabel="x log D + (1−x) log(1−D) in nats", ylim=(-4, 0.1))
    probability_axis(ax, (0.01, 0.1, 0.25, 0.5, 0.9, 0.99))
    ax.legend()
    show(
        figure,
        "Line chart of one pixel's log-likelihood in nats over its logit, for the grey values 0, ¼, ½ and 1. All curves "
        "stay at or below 0; those of grey pixels have a maximum in between.",
    )
