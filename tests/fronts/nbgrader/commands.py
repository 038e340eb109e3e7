"""nbgrader's own commands, as a person runs them in a course."""

import os
import shlex
import subprocess
import sys
from pathlib import Path


def environment(root: Path) -> dict[str, str]:
    """Away from this user's own Jupyter configuration, with `alembic`, which nbgrader calls, on the path."""
    own = {k: v for k, v in os.environ.items() if k not in ("MNIST_DIR", "AUTOGRADER_COURSE_KEY")}
    return {
        **own,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{own['PATH']}",
        "HOME": str(root.parent),
        "JUPYTER_CONFIG_DIR": str(root.parent / "jupyter"),
        "OMP_NUM_THREADS": "1",
    }


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`nbgrader` with these arguments, in `root`."""
    return subprocess.run(
        ["nbgrader", *arguments],
        cwd=root,
        env=environment(root),
        capture_output=True,
        text=True,
        check=False,
    )


def nbgrader(root: Path, *arguments: str) -> str:
    """The same where it must succeed: what it logged."""
    done = run(root, *arguments)
    told = [line for line in done.stderr.splitlines() if " | INFO]" not in line]
    assert done.returncode == 0, "\n".join(told)
    return done.stderr


# The same entry point as the script `nbgrader`, each command in a fork of a process that has imported it: importing
# takes most of a command's time.
ONE_AFTER_THE_OTHER = """
import os, shlex, sys
from nbgrader.apps.nbgraderapp import main

for command in sys.argv[1:]:
    child = os.fork()
    if not child:
        sys.argv = ["nbgrader", *shlex.split(command)]
        sys.exit(main())
    if os.waitpid(child, 0)[1]:
        sys.exit(f"nbgrader {command} failed")
"""


def nbgrader_all(root: Path, *commands: list[str]) -> str:
    """Several commands, of which each must succeed: what they logged, but for what they say in passing."""
    done = subprocess.run(
        [sys.executable, "-c", ONE_AFTER_THE_OTHER, *map(shlex.join, commands)],
        cwd=root,
        env=environment(root),
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line for line in done.stderr.splitlines() if " | INFO]" not in line]
    assert done.returncode == 0, "\n".join(told)
    return "\n".join(told)
