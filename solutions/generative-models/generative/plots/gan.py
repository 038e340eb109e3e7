"""Exercise 9-2: the losses of both players and a game on a line, drawn with your functions."""

from collections.abc import Callable, Mapping

import matplotlib.pyplot as plt
import torch
from torch import Tensor

from generative.plots.figure import probability_axis, show

DiscriminatorLoss = Callable[[Tensor, Tensor], Tensor]


def loss_terms(discriminator_loss: DiscriminatorLoss) -> None:
    """What one real and one generated image add to J_D, over the logit that D gives them."""
    logits = torch.linspace(-6, 6, 121)
    sure = torch.tensor([1000.0])  # D is certain and right about the other image, whose term is then 0
    figure, ax = plt.subplots(figsize=(6.5, 3.4), layout="constrained")
    ax.plot(logits, [discriminator_loss(a.reshape(1), -sure).item() for a in logits], label="real image")
    ax.plot(
        logits, [discriminator_loss(sure, a.reshape(1)).item() for a in logits], "--", label="generated image"
    )
    ax.set(xlabel="logit a that D gives the image", ylabel="share of J_D in nats")
    probability_axis(ax)
    ax.legend()
    show(
        figure,
        "Line chart of what one real and one generated image add to the loss of D, in nats, over their logit from −6 to "
        "6: two mirrored curves that cross at 0.",
    )


def toy_game(
    grid: Tensor,
    data_density: Tensor,
    moments: Mapping[int, tuple[Tensor, Tensor]],
    best: Tensor | None = None,
) -> None:
    """One panel per moment of a game on a line: the density of the data, draws of G, and D(x) on the grid.

    Args:
        grid: places x, shape (n,).
        data_density: p_data there.
        moments: step → (D(x) on the grid, draws of G).
        best: the best possible D(x), where it is known.
    """
    figure, axes = plt.subplots(
        1, len(moments), figsize=(2.3 * len(moments), 3.2), sharey=True, squeeze=False, layout="constrained"
    )
    axes = axes[0]
    span = (grid[0].item(), grid[-1].item())
    for ax, (step, (belief, draws)) in zip(axes, moments.items(), strict=True):
        ax.fill_between(grid, data_density, color="lightgrey", label="density of the data")
        ax.hist(
            draws.flatten().numpy(),
            bins=40,
            range=span,
            density=True,
            histtype="step",
            color="tab:orange",
            lw=1.5,
            label="density of G(z)",
        )
        ax.plot(grid, belief, color="tab:blue", label="D(x)")
        if best is not None:
            ax.plot(grid, best, "k:", lw=1.5, label="best possible D(x)")
        ax.set(title=f"step {step}", xlabel="x", xlim=span, xticks=(-3, 0, 3))
    axes[0].set(ylabel="D(x); density per unit of x", ylim=(0, 1.2))
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=len(names))
    show(
        figure,
        "Charts of a game on a line after "
        + ", ".join(map(str, moments))
        + " steps: the density of the data, the density of generated points, and D(x) between 0 and 1.",
    )


def saturation(
    generator_loss_minimax: DiscriminatorLoss, generator_loss_nonsaturating: Callable[[Tensor], Tensor]
) -> None:
    """Both generator losses for one generated image over its logit a, and the size of their gradients in a."""
    logits = torch.linspace(-10, 4, 141)
    real = torch.zeros(1)
    losses = {
        "minimax": lambda a: generator_loss_minimax(real, a),
        "non-saturating": generator_loss_nonsaturating,
    }
    figure, axes = plt.subplots(1, 3, figsize=(11, 3.6), layout="constrained")
    for (name, loss), style in zip(losses.items(), ("-", "--"), strict=True):
        a = logits.clone().requires_grad_()
        values = torch.stack([loss(one) for one in a.split(1)])
        (slope,) = torch.autograd.grad(values.sum(), a)
        axes[0].plot(logits, values.detach(), style, label=name)
        axes[1].plot(logits, slope.abs(), style)
        axes[2].semilogy(logits, slope.abs(), style)
    axes[0].set(title="the loss", ylabel="loss J of G in nats")
    axes[1].set(title="size of its gradient", ylabel="|∂J/∂a| in nats per unit of a")
    axes[2].set(title="the same, logarithmic scale")
    axes[2].grid(color="lightgrey", lw=0.6)
    axes[0].legend()
    for ax in axes:
        ax.set(xlabel="logit a that D gives G(z)", xticks=range(-10, 5, 2))
        probability_axis(ax, (1e-4, 0.01, 0.5, 0.95))
    show(
        figure,
        "Three line charts over the logit of a generated image from −10 to 4: both losses of G, and the size of their "
        "gradients on a linear and on a logarithmic scale.",
    )
