"""Seeds that nobody outside can know and that are the same on every regrade.

seed = HMAC-SHA256(course key, submission hash ‖ execution hash). The course key is a file that only the grader
can read and that is never committed; the result shows a short id of the seed, not the seed.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from autograder.errors import AutograderError

KEY_FILE = ".course-key"
KEY_VARIABLE = "AUTOGRADER_COURSE_KEY"


def course_key(root: Path) -> bytes:
    """The course key in $AUTOGRADER_COURSE_KEY (a path) or `root/.course-key`; made on first use, readable by its owner only."""
    path = Path(os.environ.get(KEY_VARIABLE) or root / KEY_FILE)
    try:
        if not path.exists():
            make_course_key(path)
    except OSError as error:
        raise AutograderError(
            f"the course key {path} cannot be made ({error.strerror}). Make room for it there, or name another file in "
            f"${KEY_VARIABLE}."
        ) from None
    try:
        key = bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as error:
        raise AutograderError(
            f"the course key {path} cannot be used ({error}). Remove the file to make a new key; seeds will then differ."
        ) from None
    if len(key) < 16:
        raise AutograderError(
            f"the course key {path} is too short. Remove the file to make a new key; seeds will then differ."
        )
    return key


def make_course_key(path: Path) -> None:
    """Write a fresh key, readable by its owner only; a key that is there already stays."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
        os.link(part, path)  # fails if another grader was faster: its key is as good
    except FileExistsError:
        pass
    finally:
        part.unlink(missing_ok=True)


def submission_seed(key: bytes, submission_sha256: str, execution_sha256: str) -> bytes:
    """The seed of one submission under one execution hash."""
    return hmac.new(key, f"{submission_sha256}\n{execution_sha256}".encode(), hashlib.sha256).digest()


def seed_id(seed: bytes) -> str:
    """A short name of a seed that gives nothing away."""
    return hashlib.sha256(b"seed id\0" + seed).hexdigest()[:8]
