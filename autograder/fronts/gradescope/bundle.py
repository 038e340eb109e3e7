"""dist/gradescope.zip: uploaded on the assignment's page, Configure Autograder."""

from pathlib import Path

from autograder.fronts.contents import course_files, package_files
from autograder.fronts.locks import lock
from autograder.spec.model import Spec

FILES = Path(__file__).parent / "files"


def gradescope_files(spec: Spec, root: Path) -> dict[str, bytes]:
    """Contents by path in the zip; Gradescope wants setup.sh and run_autograder at its top."""
    return {
        **{name: (FILES / name).read_bytes() for name in ("setup.sh", "run_autograder")},
        **{name: lock(name) for name in ("grading.lock", "torch.txt", "uv.txt")},
        **course_files(root),
        **package_files(),
    }
