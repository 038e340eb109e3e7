"""`python -m autograder.fronts.locks.make`: resolve pyproject.toml's dependencies anew and write the locks.

Needs `uv` on the path and the package index.
"""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

from autograder.fronts.locks import FOLDER

PYPROJECT = FOLDER.parents[2] / "pyproject.toml"
NOT_FOR_GRADING = ("nbgrader",)  # makes the release notebook
CUDA = re.compile(r"(torch|torchvision|triton|nvidia-[\w-]+|cuda-[\w-]+)==")
TORCH = re.compile(r"(torch|torchvision)==\S+")


def grading_dependencies(pyproject: Path = PYPROJECT) -> list[str]:
    """The requirements of pyproject.toml that a machine needs to grade."""
    named: list[str] = tomllib.loads(pyproject.read_text("utf-8"))["project"]["dependencies"]
    return [text for text in named if not text.startswith(NOT_FOR_GRADING)]


def resolved(requirements: list[str]) -> str:
    """`uv pip compile` of the requirements, for x86_64 Linux, with the hashes of all files of each release."""
    target = ["--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28"]
    return subprocess.run(
        ["uv", "pip", "compile", "--generate-hashes", "--no-header", "--no-annotate", *target, "-"],
        input="\n".join(requirements),
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def blocks(text: str) -> Iterator[str]:
    """One package of a lock after the other: its pin and the lines of its hashes."""
    return (block for block in re.split(r"(?m)^(?=\S)", text) if block.strip())


def main() -> None:
    packages = list(blocks(resolved(grading_dependencies())))
    cuda = [block for block in packages if CUDA.match(block)]
    torch = [match[0] + "\n" for block in cuda if (match := TORCH.match(block))]
    files = {
        "grading.lock": [block for block in packages if block not in cuda],
        "cuda.lock": cuda,
        "torch.txt": torch,
        "uv.txt": list(blocks(resolved(["uv"]))),
    }
    for name, content in files.items():
        (FOLDER / name).write_text("".join(content))


if __name__ == "__main__":
    main()
