"""The style that all pictures share, and how a figure is shown together with a description for screen readers."""

from io import BytesIO

import matplotlib.pyplot as plt
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


def show(figure: Figure, alt: str) -> None:
    """Show a figure and close it. `alt` says in one sentence what is drawn, for readers who do not see it."""
    if not InteractiveShell.initialized():
        plt.show()
        return
    png = BytesIO()
    figure.savefig(png, dpi=110, bbox_inches="tight")
    plt.close(figure)
    content = {"image/png": png.getvalue(), "text/plain": alt}
    display(content, raw=True, metadata={"image/png": {"alt": alt}})
