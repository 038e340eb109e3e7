"""`python -m tests.fronts.gradescope.measure ROOT SUBMISSION`: one submission with Gradescope's memory and processor.

ROOT is a root file system in which setup.sh has run, with the zip in ROOT/autograder/source (`debian.py` makes one). Needs root
and control groups of version 1. Prints what the container used at most, without file cache, and what it took.
"""

import argparse
import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fronts.gradescope.container import in_container

CGROUPS = Path("/sys/fs/cgroup")
MB = 1 << 20


@dataclass
class Group:
    """A control group of this process and its children."""

    memory: Path
    peak: int = 0

    def watch(self, done: threading.Event) -> None:
        """The largest sum of what cannot be given back: anonymous and shared memory."""
        while not done.wait(0.05):
            stat = dict(line.split() for line in (self.memory / "memory.stat").read_text().splitlines())
            self.peak = max(self.peak, int(stat["rss"]) + int(stat.get("shmem", 0)))

    @property
    def killed(self) -> int:
        return int((self.memory / "memory.failcnt").read_text())


@contextmanager
def limited(megabytes: int | None, cpus: float | None) -> Iterator[Group]:
    """Put this process into groups of its own while the block runs."""
    name = f"gradescope-{os.getpid()}"
    memory, cpu = CGROUPS / "memory" / name, CGROUPS / "cpu" / name
    group = Group(memory)
    for folder in (memory, cpu):
        folder.mkdir()
    if megabytes:
        (memory / "memory.limit_in_bytes").write_text(str(megabytes * MB))
    if cpus:
        (cpu / "cpu.cfs_quota_us").write_text(str(int(cpus * 100_000)))
    done = threading.Event()
    watcher = threading.Thread(target=group.watch, args=(done,))
    before = [CGROUPS / kind / _own(kind) for kind in ("memory", "cpu")]
    try:
        for folder in (memory, cpu):
            (folder / "cgroup.procs").write_text(str(os.getpid()))
        watcher.start()
        yield group
    finally:
        done.set()
        watcher.join()
        for old in before:
            (old / "cgroup.procs").write_text(str(os.getpid()))
        for folder in (memory, cpu):
            folder.rmdir()


def _own(kind: str) -> str:
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    return next(line.split(":")[2] for line in lines if line.split(":")[1] == kind).lstrip("/")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("submission", type=Path)
    parser.add_argument("--memory-mb", type=int)
    parser.add_argument("--cpus", type=float)
    options = parser.parse_args()
    tree = options.root / "autograder"
    for name in ("submission", "results"):
        shutil.rmtree(tree / name, ignore_errors=True)
    shutil.copytree(options.submission, tree / "submission")
    (tree / "results").mkdir()
    with limited(options.memory_mb, options.cpus) as group:
        clock = time.monotonic()
        binds = {group.memory: CGROUPS / "memory"}
        done = in_container(options.root, "/autograder/run_autograder", binds=binds, timeout=3600)
        seconds = time.monotonic() - clock
        peak = group.peak / MB
    print(done.stdout[:2000], done.stderr[-2000:])
    results = json.loads((tree / "results" / "results.json").read_text())
    print(f"{results.get('score')} points, {seconds:.0f} s, at most {peak:.0f} MB without file cache")


if __name__ == "__main__":
    main()
