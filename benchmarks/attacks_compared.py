"""The same attacks on `otter run`, on `nbgrader autograde` and here: writes docs/attacks-compared.md.

    python benchmarks/attacks_compared.py [--only NAME ...] [--grader otter|nbgrader|here ...] [--again]

What is found is kept in build/attacks-compared.jsonl, so that a run that was cut short goes on; the page is written when
every attack has met every grader.

Each file of `attacks/` is a student's code. Every grader grades it in a folder and processes of its own, with canaries
made for this run: a line in the hidden tests, a variable of the environment, a file of the person who grades. After
each run it is looked at what the grader says and what is left: points, the classmate's points, the canaries where the
student could have carried them, processes and files. The attacks touch nothing outside the folder but the loopback
device. Nothing else protects the machine from them: read them before you run them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType

from graders import here, nbgrader, otter
from graders.sheet import CASES, FUNCTIONS, LIMIT_SECONDS, POINTS, RIGHT, Attack, Outcome, Place

FOLDER = Path(__file__).parent
PAGE = FOLDER.parent / "docs" / "attacks-compared.md"
RECORD = FOLDER.parent / "build" / "attacks-compared.jsonl"
GRADERS: tuple[ModuleType, ...] = (otter, nbgrader, here)
FULL = POINTS * len(FUNCTIONS)
GROUPS = {
    "control": "Controls",
    "marks": "Marks for nothing: three wrong functions",
    "read": "Reading what is not the student's",
    "break": "Breaking the grading: two right functions beside a bad one",
    "leave": "Leaving something behind",
}


@dataclass(frozen=True)
class Finding:
    """What one attack did to one grader."""

    points: float
    lost: str
    read: str
    left: str

    def cell(self, control: Finding | None) -> str:
        """What happened; `control` is the finding for the same functions without an attack, None for that itself."""
        gained = gain(self, control)
        said = [
            f"{self.points:g} of {FULL:g}" if control is None else "",
            f"**gained {gained:g} of {FULL:g}**" if gained else "",
            *(f"**{text}**" for text in (self.lost, self.read, self.left) if text),
        ]
        return ", ".join(filter(None, said)) or "–"


def gain(finding: Finding, control: Finding | None) -> float:
    """Points above those that the same functions have without the attack."""
    return 0.0 if control is None else round(max(0.0, finding.points - control.points), 2)


def observe(attack: Attack, place: Place, outcome: Outcome, heard: bytes) -> Finding:
    """Judge by what is there after the run, not by what the attack believes."""
    points = [outcome.points.get(function) for function in FUNCTIONS]
    total = sum(p or 0.0 for p in points)
    left = []
    if _processes(place):
        left.append("process left")
    if (place.base / "open" / "left-behind").exists():
        left.append("file left")
    return Finding(
        points=total,
        lost=_lost(attack, outcome, points),
        read=_read(place, outcome, heard),
        left=", ".join(left),
    )


def _lost(attack: Attack, outcome: Outcome, points: Sequence[float | None]) -> str:
    lost = []
    if outcome.status is None:
        lost.append("does not end")
    if all(p is None for p in points):
        lost.append("no function has a mark")
    elif attack.base is RIGHT and attack.name.startswith("break"):
        own = [p or 0.0 for p, f in zip(points, FUNCTIONS, strict=True) if f != "bernoulli_log_likelihood"]
        missing = POINTS * len(own) - sum(own)
        if missing:
            lost.append(f"loses {missing:g} of {POINTS * len(own):g} of the right functions")
    elif attack.base is RIGHT and sum(p or 0.0 for p in points) < FULL:
        lost.append("right functions lose marks")
    if outcome.classmate is not None and outcome.classmate < FULL:
        lost.append(f"classmate {outcome.classmate:g} of {FULL:g}")
    return ", ".join(lost)


def _read(place: Place, outcome: Outcome, heard: bytes) -> str:
    try:
        loot = place.loot.read_text("utf-8", "replace")
    except OSError:
        loot = ""
    read = []
    secrets_here = [place.canary, *([outcome.hidden] if outcome.hidden else [])]
    if any(secret in loot or secret.encode() in heard for secret in secrets_here):
        read.append("secret read")
    elif heard:
        read.append("network reached")
    if any(secret.encode().hex() in outcome.shown for secret in secrets_here):
        read.append("shown in the report")
    return ", ".join(read)


def _processes(place: Place) -> list[int]:
    """Processes that carry this run's marker in their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and place.marker.encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@contextmanager
def listening() -> Iterator[tuple[int, list[bytes]]]:
    """A server on the loopback device that keeps what it hears."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(2)
                    try:
                        heard.append(connection.recv(1 << 20))
                    except OSError:
                        continue

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1], heard
        server.shutdown(socket.SHUT_RDWR)


def attempt(grader: ModuleType, prepared: Path, attack: Attack, canary: str, scratch: Path) -> Finding:
    base = Path(tempfile.mkdtemp(prefix="attacks-", dir=scratch))
    base.chmod(0o755)
    with listening() as (port, heard):
        place = Place(base, port, canary)
        place.make()
        outcome = grader.grade(prepared, place, attack)
        finding = observe(attack, place, outcome, b"".join(heard))
    for pid in _processes(place):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(base, ignore_errors=True)
    return finding


def expected_values() -> dict[str, tuple[str, str]]:
    """What right functions give in the public and the hidden test, as lists in the tests' source."""
    names: dict[str, object] = {}
    exec(RIGHT, names)
    values = {}
    for function, cases in CASES.items():
        public, hidden = (eval(f"{function}({arguments}).tolist()", names) for arguments in cases)
        values[function] = (repr(public), repr(hidden))
    return values


def short(grader: ModuleType) -> str:
    return grader.__name__.rpartition(".")[2]


def record(attack: str, grader: str, finding: Finding) -> None:
    RECORD.parent.mkdir(exist_ok=True)
    with RECORD.open("a") as file:
        file.write(json.dumps({"attack": attack, "grader": grader, **asdict(finding)}) + "\n")


def recorded() -> dict[tuple[str, str], Finding]:
    """What was found so far, by attack and grader."""
    found = {}
    for line in RECORD.read_text().splitlines() if RECORD.exists() else []:
        row = json.loads(line)
        place = row.pop("attack"), row.pop("grader")
        found[place] = Finding(**row)
    return found


def control(attack: Attack, grader: ModuleType, findings: dict[tuple[str, str], Finding]) -> Finding | None:
    """The finding for the attack's functions without the attack."""
    if attack.name.startswith("control"):
        return None
    return findings["control_right" if attack.base is RIGHT else "control_wrong", short(grader)]


def page(findings: dict[tuple[str, str], Finding], attacks: Sequence[Attack]) -> str:
    lines = [
        "# The same attacks on three graders",
        "",
        INTRODUCTION.format(
            system=f"{platform.system()} {platform.release().partition('-')[0]}, Python {platform.python_version()}, "
            + ("as root" if os.geteuid() == 0 else "as an ordinary user"),
            limit=LIMIT_SECONDS,
            attacks=len([a for a in attacks if not a.name.startswith("control")]),
        ),
    ]
    for group, title in GROUPS.items():
        own = [attack for attack in attacks if attack.name.startswith(group)]
        if not own:
            continue
        lines += [
            "",
            f"## {title}",
            "",
            f"| attack | {' | '.join(g.TITLE for g in GRADERS)} |",
            "|---|---|---|---|",
        ]
        for attack in own:
            cells = [findings[attack.name, short(g)].cell(control(attack, g, findings)) for g in GRADERS]
            lines.append(
                f"| [{attack.title}](../benchmarks/attacks/{attack.name}.py) | {' | '.join(cells)} |"
            )
    lines += [
        "",
        "## Sums",
        "",
        f"| attacks that … | {' | '.join(g.TITLE for g in GRADERS)} |",
        "|---|---|---|---|",
    ]
    real = [attack for attack in attacks if not attack.name.startswith("control")]
    for what, holds in SUMS.items():
        counts = [
            sum(bool(holds(findings[a.name, short(g)], control(a, g, findings))) for a in real)
            for g in GRADERS
        ]
        lines.append(f"| {what} | {' | '.join(map(str, counts))} |")
    return "\n".join([*lines, "", LIMITS])


SUMS = {
    "gained marks": gain,
    "cost marks of right code, the whole result or a classmate's": lambda f, control: f.lost,
    "read a secret or reached the network": lambda f, control: f.read,
    "left something behind": lambda f, control: f.left,
}

INTRODUCTION = """\
{attacks} attacks of students on their grader, really run by `python benchmarks/attacks_compared.py`
({system}). Each is one small file in [`benchmarks/attacks/`](../benchmarks/attacks); most try one thing on all three graders, each in the
way that fits. The sheet is three functions of this exercise with two points each. For Otter and nbgrader it has one
public and one hidden test per function, written as their manuals write them; this package grades the same three
functions on the whole exercise, without training.

- **`otter run`** grades one zip, as a student's `grader.export()` makes it, without a container: the tool's own command
  for that. `otter grade` runs the same grading in a Docker container, which keeps a submission from the files of the
  host and lets a time limit be set; what happens between the tests and the student's code is the same there. It was not
  run.
- **`nbgrader autograde --create`** with its defaults, one notebook per student, and an honest classmate after where the
  attack aims at others. Its manual says that it does not itself protect against unsafe code and names Docker kernels by
  a third party for that; none was used.
- **`autograder grade --no-training`** with its defaults, always with an honest classmate in the same run.

No grader was told anything about the attacks, and none got an option that its manual does not give as the ordinary way.
A dash: the attack got nothing and cost nobody else anything. "Gained": points above those that the same wrong functions
have without an attack; this package gives some for shape and stability alone. "No function has a mark": there is no
result, or one in which the three questions have no score. "Secret read": a line of the hidden tests, or one of the
canaries made for the run (in the course key, a variable of the grader's environment, a file of the person who grades),
lay afterwards where the student's code had carried it; "shown in the report": the student reads it there. A command that
had not ended after {limit} seconds was killed."""

LIMITS = """\
## What this does not say

- It is a sample, chosen by the authors of one of the three. What holds here against many more attacks, and what does
  not, is the business of this package's own tests.
- Otter and nbgrader do what they promise: neither claims to withstand its students. Both are used with trust, with
  containers around them, or with people who look at the code.
- Where a results file is written and the process then ended, Otter's command fails with an exit status and leaves the
  forged file as the only result. Who looks at the exit status is not deceived.
- One run each. The outcomes do not depend on chance, except where a time limit is at work.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="*", default=[], help="names of attacks")
    parser.add_argument("--grader", nargs="*", default=[], help="names of graders")
    parser.add_argument("--again", action="store_true", help="forget what was found before")
    chosen = parser.parse_args()
    attacks = [Attack.read(path) for path in sorted((FOLDER / "attacks").glob("*.py"))]
    if chosen.again:
        RECORD.unlink(missing_ok=True)
    canary = secrets.token_hex(32)
    with tempfile.TemporaryDirectory(prefix="compared-", ignore_cleanup_errors=True) as folder:
        scratch = Path(folder)
        scratch.chmod(0o755)
        for grader in GRADERS:
            left = [
                attack
                for attack in attacks
                if (attack.name, short(grader)) not in recorded()
                and (not chosen.only or attack.name in chosen.only)
                and (not chosen.grader or short(grader) in chosen.grader)
            ]
            if not left:
                continue
            setting = Place(Path(tempfile.mkdtemp(dir=scratch)), 0, canary)
            setting.make()
            prepared = scratch / short(grader)
            grader.prepare(prepared, expected_values(), setting)
            for attack in left:
                finding = attempt(grader, prepared, attack, canary, scratch)
                record(attack.name, short(grader), finding)
                print(f"{short(grader):10} {attack.name:28} {finding}", file=sys.stderr, flush=True)
    found = recorded()
    if {(attack.name, short(grader)) for attack in attacks for grader in GRADERS} <= found.keys():
        PAGE.write_text(page(found, attacks), "utf-8")
        print(f"written {PAGE}")


if __name__ == "__main__":
    main()
