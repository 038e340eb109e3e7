"""Makes submissions in every form, honest and otherwise, with the standard library's own writers."""

import io
import tarfile
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.submission import Submission, open_submission

GIVEN = {"generative/training.py": b"# the handout's\n"}
REQUIRED = ("generative/divergence.py", "generative/elbo.py")
EXERCISE = {
    "README.md": b"# Exercise 9\n",
    "generative/__init__.py": b"",
    "generative/divergence.py": b"def kl_normal(mu1, sigma1, mu2, sigma2): ...\n",
    "generative/elbo.py": b"",
    "generative/helper.py": b"HALF = 0.5\n",
    "generative_models.ipynb": b'{"cells": []}',
    "written/9-1a.jpg": b"\xff\xd8 a photo",
}


def opened(path: Path) -> Submission:
    return open_submission(path, name="ada", given=GIVEN, required=REQUIRED)


def put_folder(path: Path, files: Mapping[str, bytes]) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def put_zip(path: Path, entries: Mapping[str, bytes] | Sequence[tuple[str | zipfile.ZipInfo, bytes]]) -> Path:
    pairs = entries.items() if isinstance(entries, Mapping) else entries
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # duplicate names are what some tests are about
        for name, content in pairs:
            archive.writestr(name, content)
    return path


def put_tar(path: Path, entries: Mapping[str, bytes] | Sequence[tarfile.TarInfo]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        if isinstance(entries, Mapping):
            for name, content in entries.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        else:
            for member in entries:
                archive.addfile(member, io.BytesIO(b"x" * member.size))
    return path


def below(folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"{folder}/{name}": content for name, content in files.items()}
