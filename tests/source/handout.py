"""What a student has on their own computer: the release, or the solutions, in a folder of its own."""

import importlib
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


class Handout:
    """A copy of the release (or of the solutions) that `generative` is imported from."""

    def __init__(self, folder: Path, tree: str) -> None:
        self.folder = folder
        shutil.copytree(
            ROOT / tree / "generative-models", folder, ignore=shutil.ignore_patterns("rubrics.md")
        )

    def module(self, name: str) -> ModuleType:
        return importlib.import_module(f"generative.{name}")

    def write(self, file: str, text: str) -> None:
        """Replace a whole file of generative/."""
        (self.folder / "generative" / file).write_text(text, encoding="utf-8")


def imported_from(handout: Handout, patch: pytest.MonkeyPatch) -> Handout:
    """Until `patch` ends, `generative` is this handout's."""
    for name in [name for name in sys.modules if name.split(".")[0] == "generative"]:
        patch.delitem(sys.modules, name)
    patch.syspath_prepend(str(handout.folder))
    patch.setattr(sys, "dont_write_bytecode", True)  # files change within the same second
    return handout
