"""What `autograder build` puts into dist/: one bundle for each tool that wants a file or a folder of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.fronts.ci.bundle import ci_files
from autograder.fronts.container.bundle import container_files
from autograder.fronts.gradescope.bundle import gradescope_files
from autograder.fronts.otter.bundle import otter_files
from autograder.spec.model import Spec


@dataclass(frozen=True)
class Bundle:
    """One entry of dist/.

    `name` ends in `.zip` where the files are to be packed (by `zipping.zipped`); otherwise it is a folder.
    `files(spec, root)` gives their contents by POSIX path below the bundle; the same course gives the same bytes.
    """

    name: str
    files: Callable[[Spec, Path], dict[str, bytes]]


BUNDLES: tuple[Bundle, ...] = (
    Bundle("ci", ci_files),
    Bundle("container", container_files),
    Bundle("gradescope.zip", gradescope_files),
    Bundle("otter.zip", otter_files),
)
