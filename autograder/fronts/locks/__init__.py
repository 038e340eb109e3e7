"""What grading installs, pinned and hashed, for machines that grade and do nothing else. `make locks` makes it anew.

grading.lock  everything but torch
cuda.lock     torch with CUDA, as PyPI has it: containers for GPU machines
torch.txt     torch by version: the CPU builds, which are in an index of their own
uv.txt        the installer that knows that index
"""

from pathlib import Path

FOLDER = Path(__file__).parent
NAMES = ("grading.lock", "cuda.lock", "torch.txt", "uv.txt")


def lock(name: str) -> bytes:
    """One of the files above."""
    return (FOLDER / name).read_bytes()
