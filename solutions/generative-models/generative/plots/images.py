"""Images of 28 × 28 pixels, from 0 (black) to 1 (white)."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import torch.nn.functional as F
from torch import Tensor

from generative.plots.figure import show


def digits(rows: Mapping[str, Tensor]) -> None:
    """Rows of images, each with its name on the left."""
    columns = max(len(images) for images in rows.values())
    figure, axes = plt.subplots(len(rows), columns, figsize=(0.85 * columns, 0.85 * len(rows)), squeeze=False)
    for row, (name, images) in zip(axes, rows.items(), strict=True):
        for ax in row:
            ax.axis("off")
        for ax, image in zip(row, images, strict=False):
            ax.imshow(_pixels(image), vmin=0, vmax=1)
        row[0].text(-0.15, 0.5, name, transform=row[0].transAxes, ha="right", va="center")
    figure.subplots_adjust(left=0, right=1, bottom=0, top=1, wspace=0.06, hspace=0.06)
    show(figure, f"Rows of {columns} images of digits: {'; '.join(rows)}.")


def candidates(images: Tensor, titles: Sequence[str]) -> None:
    """One row of images with a title above each."""
    figure, axes = plt.subplots(1, len(images), figsize=(1.75 * len(images), 2.3), layout="constrained")
    for ax, image, title in zip(axes, images, titles, strict=True):
        ax.imshow(_pixels(image), vmin=0, vmax=1)
        ax.set_title(title)
        ax.axis("off")
    show(figure, "Images in a row: " + "; ".join(title.replace("\n", ", ") for title in titles) + ".")


def grid(images: Tensor, side: int, limit: float) -> None:
    """side × side images decoded from a square grid of z in two dimensions, from −limit to limit; z₁ to the right."""
    figure, ax = plt.subplots(figsize=(6, 6), layout="constrained")
    framed = F.pad(_pixels(images, len(images)), (1, 1, 1, 1), value=0.3)
    pixels = framed.reshape(side, side, 30, 30).flip(0)  # row 0 is drawn on top
    edge = limit * side / (side - 1)  # the outermost images are centred at ±limit
    ax.imshow(
        pixels.permute(0, 2, 1, 3).reshape(30 * side, 30 * side),
        vmin=0,
        vmax=1,
        extent=(-edge, edge, -edge, edge),
    )
    ax.set(xlabel="z₁", ylabel="z₂")
    show(
        figure,
        f"{side} × {side} images decoded from a square grid of z₁ and z₂ between −{limit:g} and {limit:g}.",
    )


def _pixels(images: Tensor, *count: int) -> Tensor:
    return images.detach().reshape(*count, 28, 28).cpu()
