"""The ground on which attacks are tried: a course with secrets in it, a grader, a classmate, and things to break.

Every attack is handed in alone and graded as any submission is. Then everything that could have come of it is looked
at: marks, what was written, who is still alive, what was left behind, and whether anybody called.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from autograder.course import Course
from autograder.engine.classrun import grade_class
from autograder.engine.grade import Bench
from autograder.feedback import write_pages
from autograder.results.model import Result
from autograder.sandbox import Request, Sandbox, Zygote
from tests.commands.course import ROOT, SOLVED, make_course
from tests.hostile.attack import Attack
from tests.submission.packing import put_folder

LOOT = "Loot:"
"""With its colon, as an exception is written down: four letters alone also stand in the pictures of pages by chance."""
ENVIRONMENT = "HOSTILE_TEST_SECRET"
MARK = "hostile-left-behind"
"""Attacks that write somewhere outside put this into the name, so that it can be found."""
PLACES = ("/tmp", "/dev/shm", "/var/tmp", "/run", "/dev/mqueue")
TARGET = '''"""What the author of an attack is taken to know of the machine."""

COURSE_KEY = {course_key!r}
SECRET_FILE = {secret_file!r}
HIDDEN_CHECKS = {hidden_checks!r}
CLASSMATE = {classmate!r}
RESULTS = {results!r}
PACKAGE = {package!r}
GRADER = {grader}
ZYGOTE = {zygote}
SIBLING = {sibling}
PORT = {port}
SOCKET = {socket!r}
ABSTRACT = {abstract!r}


class Loot(Exception):
    """Raised with what an attack has got: the grader writes exceptions down, so it can be seen that it worked."""
'''
TRAINING = {
    "vae": {
        "steps": 60,
        "learning_rate": 0.003,
        "cpu_seconds": 4,
        "batch": 64,
        "held_out": 200,
        "gates": [{"data": "embedded", "elbo": -335, "kl_weight": None, "too_good": -280}],
    },
}
"""A run of half a second with gates that an honest one reaches: −311, and −353 without use of z."""
LIMITS = {
    "call_seconds": 2,
    "start_seconds": 3,
    "wall_seconds": 5,
    "function_seconds": 5,
    "submission_seconds": 14,
}
"""Beside those of a quick course: code that waits is not waited for long."""


@dataclass(frozen=True)
class Seen:
    """What came of one attack."""

    attack: Attack
    result: Result
    written: str  # everything that the grader wrote about it
    looted: bool  # it says itself that it got something
    secrets: tuple[str, ...]  # names of the secrets that were written down
    calls: int  # connections and datagrams that reached our listeners
    left: tuple[str, ...]  # processes, mounts, files and changes that it left behind
    alive: bool  # the grader's zygote and a sibling's sandbox answer

    @property
    def got_through(self) -> bool:
        """Whether it achieved anything at all outside its own process."""
        return bool(self.looted or self.secrets or self.calls or self.left or not self.alive)

    @property
    def gained(self) -> list[str]:
        """Criteria of the functions that it hits with marks all the same."""
        return [f"{c.id} {c.status}" for c in self._criteria if self.attack.hit(c.id) and c.score]

    @property
    def hurt(self) -> list[str]:
        """Other criteria with fewer marks than the model solution has."""
        spared = [c for c in self._criteria if not self.attack.hit(c.id) and c.id != self.attack.perhaps]
        others = [c for c in spared if c.status != "pending"]
        return [f"{c.id} {c.status}: {c.message}" for c in others if c.score != c.max_score]

    @property
    def hit(self) -> list[tuple[str, str | None, str]]:
        """Status, cause and message of everything that it hits."""
        return [(c.status, c.cause, c.message) for c in self._criteria if self.attack.hit(c.id)]

    @property
    def _criteria(self) -> list:
        return [c for question in self.result.questions for c in question.criteria]


@dataclass
class Ground:
    """Made by `prepared`; `attempt` grades one attack after the other with the same warm zygote."""

    course: Course
    zygote: Zygote
    folder: Path
    sibling: Sandbox
    listeners: list[socket.socket]
    target: str
    secrets: Mapping[str, str]
    benches: dict[str, Bench] = field(default_factory=dict)

    def attempt(self, attack: Attack) -> Seen:
        """Grade one submission with this attack in it."""
        before = self._traces()
        submission = put_folder(
            self.folder / "handed-in" / attack.name, attack.submission(SOLVED, self.target)
        )
        out = self.folder / "graded"
        bench = self._bench(attack)
        (done,) = grade_class({submission: attack.name}, bench, out)
        write_pages(out / attack.name, done.result, bench.spec, datetime.now(UTC))
        written = "".join(p.read_text("utf-8") for p in sorted((out / attack.name).iterdir()) if p.is_file())
        return Seen(
            attack,
            done.result,
            written,
            looted=LOOT in written,
            secrets=tuple(name for name, text in self.secrets.items() if text in written),
            calls=sum(_calls(listener) for listener in self.listeners),
            left=tuple(sorted(before ^ self._traces())),
            alive=self._alive(),
        )

    def _bench(self, attack: Attack) -> Bench:
        """Without training, but for the folder that is about it."""
        kind = attack.folder if attack.folder == "training_time" else ""
        if kind not in self.benches:
            data, only = (self.course.data("embedded"), ["9-1e"]) if kind else (None, [])
            self.benches[kind] = self.course.bench(self.zygote, data, only=only)
        return self.benches[kind]

    def _traces(self) -> set[str]:
        """Everything that could be left behind or changed, by a name that says what it is."""
        pid = int(self.zygote.facts()["pid"])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        mounts = Path("/proc/self/mountinfo").read_text().splitlines()
        places = [p for p in PLACES if os.path.isdir(p)]
        names = [f"{place}/{name}" for place in places for name in os.listdir(place) if MARK in name]
        return {
            *(f"process {child}" for child in children),
            *(f"mount {line}" for line in mounts),
            *(f"file {name}" for name in names),
            *(f"course {p}: {os.lstat(p).st_size} {os.lstat(p).st_mtime_ns}" for p in self._guarded()),
        }

    def _guarded(self) -> Iterator[Path]:
        yield from sorted(self.course.root.rglob("*"))
        yield from sorted((self.folder / "classmate").rglob("*"))

    def _alive(self) -> bool:
        (reply,) = self.sibling.exchange([Request("call", {"target": "generative.code:f", "args": []})])
        return reply.failure is None and bool(self.zygote.facts())


@contextmanager
def prepared(zygote: Zygote, folder: Path) -> Iterator[Ground]:
    """A course, a classmate's submission, secrets and listeners below `folder`."""
    course = Course(make_course(folder / "course", training=TRAINING, limits=LIMITS))
    key = secrets.token_hex(32)
    (course.root / ".course-key").write_text(key + "\n")
    (course.root / ".course-key").chmod(0o600)
    hidden = {
        "course key": key,
        "environment": f"env-{secrets.token_hex(12)}",
        "file": f"file-{secrets.token_hex(12)}",
        "classmate": f"mate-{secrets.token_hex(12)}",
        "hidden checks": "from autograder.engine.",
    }
    (folder / "secret.txt").write_text(hidden["file"])
    put_folder(folder / "classmate", {"generative/divergence.py": f"# {hidden['classmate']}\n".encode()})
    with ExitStack() as stack:
        os.environ[ENVIRONMENT] = hidden["environment"]
        stack.callback(os.environ.pop, ENVIRONMENT, None)
        sibling = stack.enter_context(zygote.open({"generative/code.py": b"def f(): return 1"}))
        tcp, udp, unix, abstract = (stack.enter_context(listener) for listener in _listeners(folder))
        target = TARGET.format(
            course_key=str(course.root / ".course-key"),
            secret_file=str(folder / "secret.txt"),
            hidden_checks=str(ROOT / "autograder" / "assignment" / "facts" / "divergence.py"),
            classmate=str(folder / "classmate" / "generative" / "divergence.py"),
            results=str(folder / "graded"),
            package=str(ROOT / "autograder"),
            grader=os.getpid(),
            zygote=zygote.facts()["pid"],
            sibling=sibling.pid,
            port=tcp.getsockname()[1],
            socket=str(folder / "listens"),
            abstract=abstract.getsockname(),
        )
        yield Ground(course, zygote, folder, sibling, [tcp, udp, unix, abstract], target, hidden)


def _listeners(folder: Path) -> Iterator[socket.socket]:
    tcp = socket.create_server(("127.0.0.1", 0))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(tcp.getsockname())
    unix, abstract = (socket.socket(socket.AF_UNIX) for _ in range(2))
    unix.bind(str(folder / "listens"))
    (folder / "listens").chmod(0o777)
    abstract.bind(f"\0hostile-{secrets.token_hex(6)}")
    for listener in (tcp, udp, unix, abstract):
        if listener is not udp:
            listener.listen()
        listener.setblocking(False)
        yield listener


def _calls(listener: socket.socket) -> int:
    """How often somebody has called since the last look."""
    for count in range(1000):
        try:
            if listener.type == socket.SOCK_DGRAM:
                listener.recv(1 << 16)
            else:
                listener.accept()[0].close()
        except BlockingIOError:
            return count
    return 1000
