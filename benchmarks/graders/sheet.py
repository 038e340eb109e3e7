"""The small sheet that all three graders get: three functions of the exercise, two points each.

For Otter and nbgrader there is a public and a hidden test per function, written as the tools' manuals write them. This
package grades the same functions by its own facts.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FUNCTIONS = ("kl_standard_normal", "bernoulli_log_likelihood", "discriminator_loss")
POINTS = 2.0
LIMIT_SECONDS = 180

RIGHT = """
import torch
from torch.nn.functional import logsigmoid


def kl_standard_normal(mu, logvar):
    return 0.5 * (mu.square() + logvar.exp() - 1 - logvar)


def bernoulli_log_likelihood(x, logits):
    return (x * logsigmoid(logits) + (1 - x) * logsigmoid(-logits)).flatten(1).sum(1)


def discriminator_loss(logits_real, logits_fake):
    return -0.5 * logsigmoid(logits_real).mean() - 0.5 * logsigmoid(-logits_fake).mean()
"""
WRONG = """
import torch


def kl_standard_normal(mu, logvar):
    return mu * logvar + 7


def bernoulli_log_likelihood(x, logits):
    return (x * logits).flatten(1).sum(1) + 7


def discriminator_loss(logits_real, logits_fake):
    return logits_real.mean() * logits_fake.mean() + 7
"""

CASES = {  # function: (arguments of the public test, arguments of the hidden one)
    "kl_standard_normal": (
        "torch.zeros(3), torch.zeros(3)",
        "torch.tensor([0.5, -1.0, 2.0]), torch.tensor([0.1, -0.7, 1.3])",
    ),
    "bernoulli_log_likelihood": (
        "torch.ones(2, 3), torch.zeros(2, 3)",
        "torch.tensor([[1.0, 0.0], [0.0, 1.0]]), torch.tensor([[0.3, -1.2], [2.0, 0.7]])",
    ),
    "discriminator_loss": (
        "torch.zeros(4), torch.zeros(4)",
        "torch.tensor([0.3, 1.5, -0.2]), torch.tensor([-1.0, 0.4])",
    ),
}


@dataclass(frozen=True)
class Attack:
    """One file of `attacks/`."""

    name: str
    title: str
    base: str
    beside: tuple[str, ...]
    classmate: bool
    code: str

    @classmethod
    def read(cls, path: Path) -> Attack:
        text = path.read_text("utf-8")
        marks = dict(re.findall(r"^# (base|beside): (.+)$", text, re.MULTILINE))
        title = re.match(r'"""(.+?)"""', text, re.DOTALL)
        assert title is not None, f"{path}: no title"
        return cls(
            name=path.stem,
            title=title[1],
            base=RIGHT if marks["base"] == "right" else WRONG,
            beside=tuple(marks.get("beside", "").split()),
            classmate="\n# classmate\n" in text,
            code=text[title.end() :],
        )


@dataclass(frozen=True)
class Place:
    """A throwaway folder with the canaries of one run."""

    base: Path
    port: int
    canary: str

    @property
    def loot(self) -> Path:
        return self.base / "open" / "loot"

    @property
    def secret_file(self) -> Path:
        return self.base / "secret" / "expected-values.txt"

    @property
    def marker(self) -> str:
        return f"left-by-{self.base.name}"

    def make(self) -> None:
        (self.base / "open").mkdir()
        (self.base / "open").chmod(0o777)
        (self.base / "tmp").mkdir()
        (self.base / "tmp").chmod(0o1777)
        self.secret_file.parent.mkdir()
        self.secret_file.write_text(f"secret {self.canary}\n")
        self.secret_file.chmod(0o600)

    def source(self, attack: Attack) -> str:
        """The student's code: what an attack may know of the place, three functions, the attack."""
        return f"{self._known()}\n{attack.base}\n{attack.code}"

    def beside(self, attack: Attack) -> dict[str, bytes]:
        """The files that a submission brings along."""
        code = f"LOOT = {str(self.loot)!r}\n" + (Path(__file__).parents[1] / "attacks/beside.txt").read_text()
        # A pickle in its oldest, readable form: a call of `exec` with one text.
        lines = code.replace("\\", "\\u005c").replace("\n", "\\u000a")
        pickled = f"cbuiltins\nexec\n(V{lines}\ntR.".encode()
        return {name: pickled if name == ".OTTER_LOG" else code.encode() for name in attack.beside}

    def _known(self) -> str:
        return (
            f"BASE, LOOT, SECRET_FILE = {str(self.base)!r}, {str(self.loot)!r}, {str(self.secret_file)!r}\n"
            f"PORT, MARKER, OPEN_FOLDER = {self.port}, {self.marker!r}, {str(self.base / 'open')!r}\n"
            "def loot(text):\n"
            '    """Hand out: into a file that all may write, and on the screen."""\n'
            "    print('LOOT', text.encode().hex())\n"
            "    try:\n"
            "        with open(LOOT, 'a') as file:\n"
            "            file.write(text)\n"
            "    except OSError:\n"
            "        pass\n"
        )


@dataclass
class Outcome:
    """What a grader made of one submission."""

    points: Mapping[str, float | None] = field(default_factory=dict)  # by function; None or absent: no mark
    classmate: float | None = None  # points of the honest classmate in the same run; None: there is none
    shown: str = ""  # what the student's report holds
    hidden: str | None = None  # a line of the hidden tests, where it is not the canary
    status: int | None = None  # of the command; None: it was ended after LIMIT_SECONDS


def run(command: Sequence[str | Path], cwd: Path, place: Place) -> tuple[int | None, str]:
    """A grader's command with the canary in its environment; its exit status and what it printed."""
    bin_folder = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": bin_folder + os.pathsep + os.environ["PATH"],
        "TMPDIR": str(place.base / "tmp"),
        "OMP_NUM_THREADS": "1",
        "GRADERS_SECRET": place.canary,
    }
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        text, _ = process.communicate(timeout=LIMIT_SECONDS)
        return process.returncode, text
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None, ""


def notebook(cells: Sequence[Mapping[str, object]]) -> str:
    """A notebook of format 4.5 with these code cells (source, and metadata where there is any)."""
    made = [
        {
            "cell_type": "code",
            "id": f"cell-{i}",
            "metadata": cell.get("metadata", {}),
            "execution_count": None,
            "outputs": [],
            "source": cell["source"],
        }
        for i, cell in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps(
        {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}, indent=1
    )
