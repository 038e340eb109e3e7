"""The trusted side: starts the zygote and opens sandboxes. Imports no torch, and unpickles or evaluates nothing."""

import fcntl
import os
import socket
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any

import numpy as np

from autograder.errors import ConfinementError, SandboxError
from autograder.sandbox.limits import Limits
from autograder.sandbox.messages import Request
from autograder.sandbox.probe import LayerReport, missing_core, require_linux
from autograder.sandbox.process import ZygoteProcess
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.turns import Turns
from autograder.sandbox.wire import encode, pack

DEFAULT_PROGRAM = "autograder.sandbox.inside.calls"
GPU_TRIAL = "autograder.sandbox.inside.gpu_trial"
PRELOADABLE = {
    "torch._dynamo",
    "torch.optim",
    "matplotlib",
    "matplotlib.pyplot",
    "torchvision",
    "tqdm",
    "tqdm.auto",
    "autograder.sandbox.inside.pictures",
}


@dataclass(frozen=True)
class Order:
    """What a sandbox is opened with; see `Zygote.open`."""

    files: Mapping[str, bytes]
    program: str
    limits: Limits
    shared: Mapping[str, np.ndarray]
    device: str


class Zygote:
    """A warm Python with torch imported, of which every sandbox is a fork.

    allow_weak: run even if core layers are missing. device: "cuda" if sandboxes may be opened on a GPU, else "cpu".
    without: layers to leave off, for tests of the weaker modes.
    Raises ConfinementError if the machine lacks a core layer, SandboxError if the zygote does not start.
    `open` may be called from several threads.
    """

    device: str
    turns: Turns  # on the GPU
    layers: tuple[str, ...]
    reports: tuple[LayerReport, ...]
    versions: Mapping[str, str]

    def __init__(
        self, *, allow_weak: bool = False, device: str = "cpu", without: Collection[str] = ()
    ) -> None:
        require_linux()
        self._config = {"without": sorted(without), "device": device}
        self._allow_weak = allow_weak
        self.device = device
        self.turns = Turns()
        self._lock = threading.Lock()
        self._preloaded: list[str] = []
        self._generation = 0
        self.closed = False
        self._process = self._start()

    def __enter__(self) -> "Zygote":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def preload(self, *modules: str) -> Mapping[str, str]:
        """Import libraries in the zygote, so that the next sandboxes have them for free.

        Returns why, for those that cannot be imported here. ValueError for a name that is not in PRELOADABLE.
        """
        unknown = set(modules) - PRELOADABLE
        if unknown:
            raise ValueError(f"not a library to preload: {', '.join(sorted(unknown))}")
        with self._lock:
            wanted = [name for name in dict.fromkeys(modules) if name not in self._preloaded]
            if not wanted:
                return {}
            self._preloaded += wanted
            try:
                failed: Mapping[str, str] = self._ask({"op": "preload", "modules": wanted})["failed"]
            except SandboxError:
                if not self._replace_if_dead():
                    raise
                return {}  # the newer zygote has imported all of them
            return failed

    def facts(self) -> Mapping[str, Any]:
        """The zygote about itself: threads, cuda_initialized, names of modules and of environment variables, pid."""
        with self._lock:
            return {**self._ask({"op": "facts"}), "pid": self._process.pid}

    def open(
        self,
        files: Mapping[str, bytes],
        *,
        program: str = DEFAULT_PROGRAM,
        limits: Limits | None = None,
        shared: Mapping[str, np.ndarray] | None = None,
        device: str = "cpu",
    ) -> Sandbox:
        """A fresh sandbox with these files importable in it. SandboxError if it cannot be confined or started.

        files: posix path inside the submission → content. program: dotted name of a module of ours with HANDLERS.
        shared: large arrays, mapped into the sandbox without a copy. device: "cuda" shows it the GPUs, and gives it
        the threads, files and system calls that CUDA needs; only for a program that trains.
        """
        if device not in ("cpu", self.device):
            raise SandboxError(f"this zygote opens no sandbox on {device}. Start it with device={device!r}")
        order = Order(files, program, limits or Limits(), shared or {}, device)
        generation = self._generation
        try:
            return self._open(order)
        except SandboxError:
            if not self._replaced(generation):
                raise
            return self._open(order)

    def _open(self, order: Order) -> Sandbox:
        try:
            return self._spawn(order)
        except OSError as error:
            raise SandboxError(
                f"a sandbox did not start: {error.strerror}. Raise `ulimit -n` or free memory, then grade again"
            ) from error

    def _spawn(self, order: Order) -> Sandbox:
        files, limits, device = order.files, order.limits, order.device
        arrays = {name: np.asarray(array, order="C") for name, array in order.shared.items()}
        channel, channel_there = socket.socketpair()
        status, status_there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        output, output_there = os.pipe2(os.O_CLOEXEC)
        sandbox = Sandbox(channel, status, output, limits, tuple(files), gpu=device != "cpu")
        given = [channel_there.fileno(), output_there, status_there.fileno()]
        areas: list[int] = []
        try:
            areas += [_sealed(array) for array in arrays.values()]
            message = {
                "op": "spawn",
                "program": order.program,
                "limits": asdict(limits),
                "shared": list(arrays),
                "device": device,
            }
            with self._lock:
                self._process.send(message, [*given, *areas])
        except BaseException:
            sandbox.close()
            raise
        finally:
            channel_there.close()
            status_there.close()
            os.close(output_there)
            for area in areas:
                os.close(area)
        forms = {name: [str(array.dtype), list(array.shape)] for name, array in arrays.items()}
        contents = {str(i): np.frombuffer(data, dtype=np.uint8) for i, data in enumerate(files.values())}
        sandbox.start(encode({"files": list(files), "shared": forms}, pack(contents)))
        return sandbox

    def try_gpu(self) -> str:
        """The name of the GPU on which a sandbox can compute, tried now; SandboxError says why none can."""
        with self.open({}, program=GPU_TRIAL, device="cuda") as sandbox:
            (reply,) = sandbox.exchange([Request("trial")])
        if reply.failure is not None:
            raise SandboxError(f"no GPU can be used: {reply.failure.message}. Grade with --device cpu")
        return str(reply.values["name"])

    def close(self) -> None:
        """End the zygote; every sandbox still open ends with it, and no other is opened."""
        self.closed = True
        self._process.stop()

    def _replaced(self, generation: int) -> bool:
        """Whether there is a newer zygote than that one, started now if that one is dead."""
        with self._lock:
            return self._generation != generation or self._replace_if_dead()

    def _replace_if_dead(self) -> bool:
        """For whoever holds the lock."""
        if self.closed or not self._process.ended(1.0):
            return False
        self._process.stop()
        self._process = self._start()
        if self.closed:  # meanwhile
            self._process.stop()
            return False
        if self._preloaded:
            self._ask({"op": "preload", "modules": self._preloaded})
        return True

    def _start(self) -> ZygoteProcess:
        self._generation += 1
        process = ZygoteProcess(self._config)
        try:
            self.reports = tuple(LayerReport(**entry) for entry in process.hear()["reports"])
            self.layers = tuple(report.name for report in self.reports if report.available)
            if not self._allow_weak:
                _require_core(self.reports)
            self.versions = process.hear()["versions"]
        except BaseException:
            process.kill()
            raise
        return process

    def _ask(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        self._process.send(question)
        return self._process.hear()


def _require_core(reports: Sequence[LayerReport]) -> None:
    lack = missing_core([report.name for report in reports if report.available])
    if lack is None:
        return
    reasons = "; ".join(f"{r.name}: {r.detail}" for r in reports if r.core and not r.available)
    raise ConfinementError(
        f"student code cannot be confined on this machine: {lack} ({reasons}). Grade on Linux x86_64 ≥ 5.13 "
        "with seccomp, or lower the bar with --allow-weak-sandbox if you trust every submission"
    )


def _sealed(content: np.ndarray) -> int:
    """A file in memory with this content, which nobody can change any more."""
    descriptor = os.memfd_create("shared", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    rest = memoryview(content.tobytes())
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    seals = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
    return descriptor
