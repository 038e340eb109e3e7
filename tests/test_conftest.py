"""How this suite is run: what `tests/conftest.py` promises of its processes."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIES = "import os\nimport signal\n\n\ndef test_that_kills_its_process():\n    os.kill(os.getpid(), signal.SIGKILL)\n\n\n"
PASSES = (
    "import pytest\n\n\n@pytest.mark.parametrize('number', range({}))\ndef test_passes(number):\n    pass\n"
)


def test_a_process_that_dies_fails_the_test_it_was_at_and_no_other_one(tmp_path: Path) -> None:
    # Longer files are run first: the process that dies has finished some, and has some to go.
    for number, tests in enumerate((9, 8, 7, 6, 4, 3, 2)):
        (tmp_path / f"test_{number}.py").write_text(PASSES.format(tests))
    (tmp_path / "test_dies.py").write_text(DIES + PASSES.format(4))
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "tests.conftest",
            "-n",
            "2",
            f"--rootdir={tmp_path}",
            tmp_path,
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "crashed while running 'test_dies.py::test_that_kills_its_process'" in run.stdout
    assert "1 failed, 43 passed" in run.stdout
    assert run.returncode == 1
