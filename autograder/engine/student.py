"""Calls across the wall: many questions to a submission's code, each answered or failed on its own account.

All questions go to one sandbox in one message. A call that ends its sandbox (timeout, crash, memory, flood,
protocol) is repeated once alone in a fresh fork, since an earlier call may have done the damage; if it ends that
one too, the function is not asked again, and the others go on in a fresh fork.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from autograder.engine.account import Account, Bounds, owner
from autograder.engine.calls import LEFT, Call
from autograder.engine.replies import checked
from autograder.engine.sheet import StandIns
from autograder.errors import SandboxError
from autograder.sandbox import Failure, Limits, Reply, Request, Sandbox, Zygote
from autograder.sandbox.output import one_line

NOTE_CHARACTERS = 300
ENDS_SANDBOX = frozenset({"timeout", "memory", "crash", "protocol", "output"})


@dataclass(frozen=True)
class Unit:
    """Calls that belong together, made one after the other in one process, about one of the student's files.

    about: the function or class that is judged by them, if one is.
    """

    key: str
    module: str
    calls: tuple[Call, ...]
    about: str = ""

    def label(self, call: Call) -> str:
        """By what a call is remembered that ends its process or costs too much.

        A function that is asked for the sake of another one has run in a process with that one. It does not pay for it.
        """
        return call.label if self.about in ("", owner(call.label)) else f"{call.label} for {self.about}"


class Code(Protocol):
    """Code behind the wall that facts can be asked about."""

    @property
    def imports(self) -> Mapping[str, Reply]:
        """What importing each file gave, once it was asked about."""
        ...

    def has(self, file: str) -> bool:
        """Whether there is such a file."""
        ...

    def ask(self, units: Sequence[Unit]) -> Mapping[str, tuple[Reply, ...]]:
        """The replies to every unit's calls, by the unit's key."""
        ...


def call_seed(seed: bytes, call: Call, key: str, index: int) -> int | None:
    """The seed of the random numbers that one call of a unit draws; None: those that the call before has left."""
    if isinstance(call.noise, int):
        return call.noise
    if call.noise == LEFT:
        return None
    place = f"{key}\0{index}" if call.noise is None else call.noise
    digest = hashlib.sha256(seed + f"\0{place}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


@dataclass(frozen=True)
class _Fall:
    """A sandbox ended: in which unit, at which call (or import), and how."""

    unit: Unit
    what: str
    failure: Failure


class Student:
    """One submission's code behind the wall. A context manager: the fork in use stays open between questions."""

    def __init__(
        self,
        zygote: Zygote,
        files: Mapping[str, bytes],
        limits: Limits,
        seed: bytes,
        account: Account | None = None,
    ) -> None:
        self._zygote = zygote
        self._files = files
        self._limits = limits
        self._seed = seed
        self._account = account or Account(Bounds())
        self._deadly: dict[str, Failure] = {}  # by call label, or "import <module>"
        self.imports: dict[str, Reply] = {}  # what importing each of the student's files gave
        self._sandbox: Sandbox | None = None
        self._imported: set[str] = set()  # files that the open fork has imported
        self._shared = False  # whether what is asked now needs several files in one fork
        self._all_files = files
        self._tried_without_package: set[str] = set()  # files whose import ended its process
        self._constants: dict[str, Reply] = {}  # by file: what they were when they were first read

    def __enter__(self) -> Student:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """End the fork in use; the next question opens a fresh one."""
        if self._sandbox is not None:
            self._sandbox.close()
        self._sandbox = None
        self._imported = set()

    def helped(self, stand_ins: StandIns, failed: Collection[str], asked: str) -> Student | None:
        """The same submission with ours for failed functions, to ask `asked`; None if we have nothing to put there."""
        files, replaced = stand_ins.files(self._files, failed, asked)
        if not replaced:
            return None
        return Student(self._zygote, files, self._limits, self._seed, self._account)

    @property
    def files(self) -> Mapping[str, bytes]:
        """The submission's files, without a package file that ends every process (see `ask`)."""
        return self._files

    @property
    def notes(self) -> tuple[str, ...]:
        """What its author should know of a package file that could not be imported."""
        told = [str(reply.values["note"]) for reply in self.imports.values() if "note" in reply.values]
        told += [
            f"{name} ends every import of a file beside it, or never ends, and was taken as empty."
            for name in self._all_files.keys() - self._files.keys()
        ]
        return tuple(dict.fromkeys(one_line(note, NOTE_CHARACTERS) for note in told))

    def read(self, files: Collection[str], ours: Collection[str], graded: Collection[str]) -> Reply:
        """What is found by reading these files and what they import (`sandbox.inside.reading`), in a fork that has run
        none of them; `ours` are not read. `graded`: the names that will be asked for.

        If it is sure that nothing else is imported, nothing else will be there: what runs is what was read.
        SandboxError if it failed for a reason that is not the student's.
        """
        self.close()
        self._sandbox = self._zygote.open(self._files, limits=self._limits)
        request = Request("read", {"files": list(files), "ours": sorted(ours), "graded": sorted(graded)})
        (reply,) = self._sandbox.exchange([request])
        if reply.failure is not None:
            self.close()
            if reply.failure.cause == "sandbox":
                raise SandboxError(f"{reply.failure.message}. Grade this submission again.")
        elif reply.values["closed"]:  # the fork that has read forgets the other files as well
            left = {*reply.values["read"], *ours}
            self._files = self._all_files = {n: content for n, content in self._files.items() if n in left}
        return reply

    def has(self, file: str) -> bool:
        """Whether the submission contains this file."""
        return file in self._files

    def dies_importing(self, module: str) -> bool:
        """Whether importing this file is known to end its process."""
        return f"import {module}" in self._deadly

    def ask(self, units: Sequence[Unit]) -> dict[str, tuple[Reply, ...]]:
        """The replies to every unit's calls, by the unit's key.

        A package file (`generative/__init__.py`) that ends the process of every import is left out from then on.
        """
        replies: dict[str, tuple[Reply, ...]] = {}
        suspect: Unit | None = None
        self._shared = len(self._imported | {unit.module for unit in units}) > 1
        while True:
            for unit in units:
                if unit.key not in replies and not self._askable(unit):
                    replies[unit.key] = self._with_known(unit, ())
            waiting = [unit for unit in units if unit.key not in replies]
            if not waiting:
                return replies
            alone = suspect is not None
            if alone:
                self.close()
            fall = self._try([suspect] if suspect is not None else waiting, replies)
            suspect = None
            if fall is None:
                continue
            self.close()
            if self._account.over(fall.what, self._shared) is not None:
                continue
            if not alone or self._without_package_file(fall):
                suspect = fall.unit
            else:
                self._deadly[fall.what] = fall.failure

    def _try(self, batch: Sequence[Unit], replies: dict[str, tuple[Reply, ...]]) -> _Fall | None:
        """Ask a batch in one fork; keep what was answered, say where the fork ended if it did."""
        if self._sandbox is None:
            self._sandbox = self._zygote.open(self._files, limits=self._limits)
        modules = [m for m in dict.fromkeys(unit.module for unit in batch) if m not in self._imported]
        requests = [Request("import", {"module": module}, {}) for module in modules]
        labels = [f"import {module}" for module in modules]
        self._imported |= set(modules)
        asked = [(unit, self._askable(unit)) for unit in batch]
        for unit, indices in asked:
            calls = [(i, unit.calls[i]) for i in indices]
            requests += [call.request(call_seed(self._seed, call, unit.key, i)) for i, call in calls]
            labels += [unit.label(call) for _, call in calls]
        received = []
        clock = time.monotonic()
        for request, label, reply in zip(requests, labels, self._sandbox.exchange(requests), strict=False):
            clock, asked_at = time.monotonic(), clock
            too_much = self._account.charge(label, reply, clock - asked_at, len(self._imported) > 1)
            reply = checked(request, reply)
            if request.op == "constants" and reply.failure is None:
                # A file that is asked again has no second try.
                reply = self._constants.setdefault(request.params["module"], reply)
            if too_much is not None and (reply.failure is None or reply.failure.cause == "exception"):
                reply = replace(reply, values={}, tensors={}, failure=too_much)
            received.append(reply)
            if reply.failure is not None and reply.failure.cause in ENDS_SANDBOX:
                break
        last = received[-1].failure if received else None
        if last is not None and last.cause == "sandbox":
            raise SandboxError(f"{last.message}. Grade this submission again.")

        self.imports.update(zip(modules, received, strict=False))
        if len(received) <= len(modules) and last is not None and last.cause in ENDS_SANDBOX:
            module = modules[len(received) - 1]
            return _Fall(next(u for u in batch if u.module == module), f"import {module}", last)
        position = len(modules)
        for unit, indices in asked:
            own = received[position : position + len(indices)]
            position += len(indices)
            ended = own[-1].failure if own else None
            if ended is not None and ended.cause in ENDS_SANDBOX:
                return _Fall(unit, unit.label(unit.calls[indices[len(own) - 1]]), ended)
            if len(own) < len(indices):
                raise SandboxError("a sandbox stopped answering. Grade this submission again.")
            replies[unit.key] = self._with_known(unit, own)
        return None

    def _without_package_file(self, fall: _Fall) -> bool:
        """Whether an import that ended its process alone is to be tried without the package's own file."""
        module = fall.unit.module
        package = module.partition(".")[0] + "/__init__.py"
        if fall.what != f"import {module}" or package not in self._all_files:
            return False
        if module in self._tried_without_package:
            self._files = self._all_files  # that did not help: the file itself is to blame
            return False
        self._tried_without_package.add(module)
        self._files = {name: content for name, content in self._all_files.items() if name != package}
        return True

    def _askable(self, unit: Unit) -> list[int]:
        """Indices of the calls that are not known to end their process; method calls share one object: all or none."""
        if self._known(f"import {unit.module}") is not None:
            return []
        indices = [i for i, call in enumerate(unit.calls) if self._known(unit.label(call)) is None]
        stateful = any(call.op.startswith("module.") for call in unit.calls)
        return [] if stateful and len(indices) < len(unit.calls) else indices

    def _known(self, label: str) -> Failure | None:
        """Why this is not asked again."""
        return self._deadly.get(label) or self._account.over(label, self._shared)

    def _with_known(self, unit: Unit, own: Sequence[Reply]) -> tuple[Reply, ...]:
        """The replies to all of a unit's calls, those not asked answered by the failure that is known."""
        if len(own) == len(unit.calls):
            return tuple(own)
        labels = (f"import {unit.module}", *(unit.label(call) for call in unit.calls))
        known = next((failure for label in labels if (failure := self._known(label)) is not None), None)
        given = iter(own)
        askable = self._askable(unit)
        not_asked = Reply(values={}, tensors={}, cpu_seconds=0.0, failure=known)
        return tuple(next(given) if i in askable else not_asked for i in range(len(unit.calls)))
