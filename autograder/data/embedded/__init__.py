"""The embedded digits, for runs without MNIST: small, shipped with the package, in MNIST's own format (SOURCE.md)."""

import os
from pathlib import Path

from autograder.data.files import raw_folder, read_files

EMBEDDED = Path(__file__).parent


def install_embedded(directory: Path) -> None:
    """Lay the four files out, uncompressed, where torchvision.datasets.MNIST(directory, download=False) reads them."""
    raw = raw_folder(directory)
    raw.mkdir(parents=True, exist_ok=True)
    for name, content in read_files(EMBEDDED).items():
        part = raw / f".{name}.part"
        part.write_bytes(content)
        os.replace(part, raw / name)
