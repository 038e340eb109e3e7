"""Large libraries that a submission's files name: the zygote imports them once, not every fork again."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_NAMED = re.compile(rb"^[ \t]*(?:import|from)[ \t]+(matplotlib|torchvision|tqdm)\b", re.MULTILINE)


def libraries(files: Mapping[str, bytes], paths: Collection[str]) -> list[str]:
    """The libraries, of those that may be preloaded, that the files at these paths import."""
    found = {name.decode() for path in paths for name in _NAMED.findall(files.get(path, b""))}
    return sorted(found)
