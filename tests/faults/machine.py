"""A machine with a fault of its own: `autograder grade` in a throwaway mount namespace, and what must hold afterwards."""

import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.commands.course import COMMAND, clean

UNSHARE = ["unshare", "--mount", *(() if os.geteuid() == 0 else ("--user", "--map-root-user"))]


def on_machine(script: str, *, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script whose mounts nobody else sees; `$GRADE` in it is `autograder grade`."""
    if subprocess.run([*UNSHARE, "true"], capture_output=True).returncode != 0:
        pytest.skip("this machine offers no mount namespace to try its faults in")
    return subprocess.run(
        [*UNSHARE, "sh", "-c", f"GRADE={shlex.quote(f'{COMMAND} grade')}\n{script}"],
        cwd=cwd,
        env=clean(environment),
        capture_output=True,
        text=True,
    )


def assert_nothing_is_half_written(out: Path) -> None:
    """No temporary file, and every file is whole."""
    for path in (path for path in out.rglob("*") if path.is_file()):
        assert not path.name.endswith(".tmp"), path
        if path.suffix == ".json":
            assert isinstance(json.loads(path.read_text("utf-8")), dict), path
        elif path.suffix == ".html":
            assert path.read_text("utf-8").rstrip().endswith("</html>"), path


def assert_a_sentence(stderr: str) -> None:
    """Whatever went wrong, a person reads no traceback."""
    assert "Traceback" not in stderr, stderr
    assert 'File "' not in stderr, stderr
