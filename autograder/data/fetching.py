"""`autograder data fetch`: MNIST by torchvision, checked by SHA-256."""

from pathlib import Path

from autograder.data.files import FILES, has_files, raw_folder
from autograder.data.known import MNIST_SHA256
from autograder.data.sets import load
from autograder.errors import DataError


def fetch(directory: Path) -> None:
    """Have MNIST in `directory`, downloaded unless its files are there; DataError if they are not MNIST's."""
    if not has_files(raw_folder(directory)):
        _download(directory)
    load(directory, expected={"mnist": MNIST_SHA256})


def _download(directory: Path) -> None:
    from autograder.data.torchvision_shim import mnist_class

    try:
        mnist_class()(directory, download=True)
    except (RuntimeError, OSError, EOFError, ImportError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DataError(
            f"MNIST could not be fetched into {directory}: {reason}. Run `autograder data fetch` again when the network "
            f"is there, or copy the files {', '.join(FILES)} (or .gz) from elsewhere into {raw_folder(directory)}."
        ) from error
