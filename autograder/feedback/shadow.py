"""Our style sheet for a part of somebody else's page.

A shadow tree keeps both sides apart: nothing of our style reaches the page around, nothing of its style reaches ours.
What does reach in is the size of `rem`, and a dark scheme that the page around may not follow.
"""

import re

ROOT_PIXELS = 16
_REM = re.compile(r"(\d*\.?\d+)rem\b")


def shadow_style(style: str) -> str:
    """The style sheet for a shadow tree in which `.page` stands for the body; always light."""
    style = re.sub(r":root\b", ":host", style)
    style = re.sub(r"(?m)^(\s*)(html|body)\b", r"\1.page", style)
    style = style.replace("(prefers-color-scheme: dark)", "not all").replace("light dark", "light")
    style += ".page { max-width: none; padding: 0; background: none; }\n"
    return _REM.sub(lambda size: f"{float(size[1]) * ROOT_PIXELS:g}px", style)
