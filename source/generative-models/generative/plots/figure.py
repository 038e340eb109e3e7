"""The style and the axis of probabilities that pictures share, and how a figure is shown together with a description for screen readers."""

from base64 import b64encode
from html import escape
from io import BytesIO

import matplotlib.pyplot as plt
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from matplotlib.figure import Figure

STYLE = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.labelsize": 11,
    "axes.titlesize": 11,
    "font.size": 10.5,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "image.cmap": "gray",
}
plt.rcParams.update(STYLE)


def probability_axis(ax: plt.Axes, ticks: tuple[float, ...] = (0.01, 0.1, 0.5, 0.9, 0.99)) -> None:
    """Above the logits, the probabilities D = sigmoid(a)."""
    top = ax.secondary_xaxis("top")
    top.set_xticks(torch.tensor(ticks).logit().tolist(), [f"{tick:g}" for tick in ticks])
    top.set_xlabel("D")


def show(figure: Figure, alt: str) -> None:
    """Show a figure and close it. `alt` says in one sentence what is drawn, for readers who do not see it."""
    if not InteractiveShell.initialized():
        plt.show()
        return
    file = BytesIO()
    figure.savefig(file, format="png", dpi=110, bbox_inches="tight")
    plt.close(figure)
    png = file.getvalue()
    # JupyterLab and exported pages drop the description of a bare PNG, but keep that of an <img>. The PNG serves
    # exports to PDF, the text serves terminals.
    img = f'<img alt="{escape(alt)}" src="data:image/png;base64,{b64encode(png).decode()}">'
    content = {"text/html": img, "image/png": png, "text/plain": alt}
    display(content, raw=True, metadata={"image/png": {"alt": alt}})
