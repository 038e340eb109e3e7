"""The modes in which the attacks are tried, each as one command that prints an outcome per line.

python -m tests.hostile.modes MODE ATTACK...
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

from autograder.errors import AutograderError
from autograder.sandbox import Zygote
from tests.hostile.attack import Attack, attacks
from tests.hostile.ground import Seen, prepared
from tests.hostile.throwaway import start

USER = 60600
SILENCE_SECONDS = 180.0
"""An attack that takes longer has stopped the grader."""
BOUND_TO_LAYERS = (
    *("reading", "memory_and_frames", "other_processes", "network", "writing", "escalation", "liveness"),
)
"""Folders whose attacks need something of the system; the others meet the design of the grader, in every mode."""


@dataclass(frozen=True)
class Mode:
    """A user and the layers that are left off."""

    title: str
    uid: int = 0
    without: tuple[str, ...] = ()
    folders: tuple[str, ...] = BOUND_TO_LAYERS
    spared: tuple[str, ...] = ()  # attacks that would stop the machine that measures

    def attacks(self) -> list[Attack]:
        known = [a for a in attacks() if not self.folders or a.folder in self.folders]
        return [a for a in known if a.name not in self.spared]


MODES = {
    "root": Mode("root, every layer", folders=()),
    "root-bare": Mode("root, no namespaces (a plain container)", without=("namespaces",)),
    "user": Mode("ordinary user, every layer", uid=USER, folders=()),
    "user-bare": Mode("ordinary user, no namespaces (a CI runner)", uid=USER, without=("namespaces",)),
    "no-seccomp": Mode("root, no seccomp", without=("seccomp",)),
    "no-landlock": Mode("root, no Landlock", without=("landlock",)),
    "no-users": Mode("root, no user of its own", without=("users",)),
    "landlock-alone": Mode("ordinary user, Landlock alone", uid=USER, without=("namespaces", "seccomp")),
    "seccomp-alone": Mode("ordinary user, seccomp alone", uid=USER, without=("namespaces", "landlock")),
    "nothing": Mode(
        "ordinary user, none of the four",
        uid=USER,
        without=("namespaces", "landlock", "seccomp", "users"),
        spared=("liveness/fork_bomb",),  # that it works shows with Landlock alone
    ),
}


def outcome(seen: Seen) -> str:
    """`contained`, or what went wrong: what it got first, then marks, then verdicts."""
    if seen.got_through:
        what = [*seen.secrets, *(entry.split(" ")[0] for entry in seen.left)]
        what += ["calls"] if seen.calls else []
        what += ["grader or sibling dead"] if not seen.alive else []
        return f"through: {', '.join(dict.fromkeys(what)) or 'says so'}"
    if seen.gained:
        return f"marks: {', '.join(seen.gained)}"
    if seen.hurt or seen.result.status != "graded":
        return f"hurt: {'; '.join(seen.hurt)[:300] or seen.result.message}"
    a = seen.attack
    for status, cause, message in seen.hit:
        if not (re.fullmatch(a.status, status) and re.fullmatch(a.cause, str(cause))):
            return f"verdict: {status}, {cause}"
        if not re.search(a.message, message):
            return f"message: {message[:300]}"
    return "contained"


def run(mode: Mode, wanted: Sequence[str], progress: Any = print) -> dict[str, Any]:
    """Layers and outcomes of a mode, in throwaway namespaces. An attack that ends the grader ends only one of them."""
    waiting = list(wanted)
    found: dict[str, str] = {}
    layers: list[str] = []
    name = next(key for key, value in MODES.items() if value is mode)
    while waiting:
        answered = False
        for said in _said(mode.uid, [sys.executable, "-m", "tests.hostile.modes", name, *waiting]):
            if "layers" in said:
                layers = said["layers"]
            else:
                answered = True
                found |= said
                waiting.remove(next(iter(said)))
                progress(name, said)
        if not layers:
            raise AutograderError(
                f"the mode {name} did not start; run `python -m tests.hostile.modes {name}` to see why"
            )
        if not answered:
            found[waiting[0]] = "through: ended or stopped the grader"
            progress(name, {waiting.pop(0): "ended or stopped the grader"})
    return {"title": mode.title, "uid": mode.uid, "layers": layers, "outcomes": dict(sorted(found.items()))}


def _said(uid: int, command: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The lines that the command prints, until it ends or falls silent."""
    process = start(uid, command)
    lines: Queue[str] = Queue()

    def read() -> None:
        assert process.stdout is not None
        with process.stdout as stream:
            for line in stream:
                lines.put(line)
        lines.put("")

    Thread(target=read, daemon=True).start()
    try:
        while line := lines.get(timeout=SILENCE_SECONDS):
            yield json.loads(line)
    except Empty:
        pass
    finally:
        process.kill()
        process.wait()


def main(name: str, wanted: Sequence[str]) -> None:
    mode = MODES[name]
    with (
        tempfile.TemporaryDirectory() as folder,
        Zygote(without=mode.without, allow_weak=bool(mode.without)) as zygote,
        prepared(zygote, Path(folder)) as ground,
    ):
        Path(folder).chmod(0o755)
        print(json.dumps({"layers": zygote.layers}), flush=True)
        for attack in (a for a in attacks() if a.name in wanted):
            seen = ground.attempt(attack)
            print(json.dumps({attack.name: outcome(seen)}), flush=True)
            if seen.left or seen.hurt or not seen.alive:
                return  # it has spoilt this ground for those that come after


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
