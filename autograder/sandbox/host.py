"""The trusted side: starts the zygote and opens sandboxes. Imports no torch, and unpickles or evaluates nothing."""

import array
import contextlib
import fcntl
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from types import TracebackType
from typing import Any

import numpy as np

from autograder.errors import ConfinementError, SandboxError
from autograder.sandbox.limits import Limits
from autograder.sandbox.probe import LayerReport, missing_core
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.wire import encode, pack

DEFAULT_PROGRAM = "autograder.sandbox.inside.calls"
PRELOADABLE = {
    "torch._dynamo",
    "torch.optim",
    "matplotlib",
    "matplotlib.pyplot",
    "torchvision",
    "tqdm",
    "tqdm.auto",
}
START_SECONDS = 300.0
MESSAGE_BYTES = 1 << 20
SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


class Zygote:
    """A warm Python with torch imported, of which every sandbox is a fork.

    allow_weak: run even if core layers are missing. device: "cpu", or "cuda" (only with allow_weak so far).
    without: layers to leave off, for tests of the weaker modes.
    Raises ConfinementError if the machine lacks a core layer, SandboxError if the zygote does not start.
    `open` may be called from several threads.
    """

    layers: tuple[str, ...]
    reports: tuple[LayerReport, ...]
    versions: Mapping[str, str]

    def __init__(
        self, *, allow_weak: bool = False, device: str = "cpu", without: Collection[str] = ()
    ) -> None:
        if device != "cpu" and not allow_weak:
            raise ConfinementError(
                f"confinement on {device.upper()} is not built yet: grade with --device cpu, or lower the bar with "
                "--allow-weak-sandbox if you trust every submission"
            )
        # CUDA needs devices, system calls and address space that these layers do not give.
        off = set(without) | ({"namespaces", "landlock", "seccomp"} if device != "cpu" else set())
        self._config = json.dumps({"without": sorted(off), "device": device})
        self._visible_devices = {} if device != "cpu" else {"CUDA_VISIBLE_DEVICES": ""}
        self._allow_weak = allow_weak
        self._lock = threading.Lock()
        self._preloaded: list[str] = []
        self._generation = 0
        self._home = tempfile.TemporaryDirectory(prefix="autograder-zygote-")
        # torch.optim wants this folder to exist; a sandbox without a scratch folder could not make it.
        os.mkdir(os.path.join(self._home.name, "inductor"))
        os.chmod(self._home.name, 0o711)
        try:
            self._start()
        except BaseException:
            self._process.kill()
            self.close()
            raise

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
            failed: Mapping[str, str] = {}
            if wanted:
                failed = self._ask({"op": "preload", "modules": wanted})["failed"]
                self._preloaded += wanted
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
    ) -> Sandbox:
        """A fresh sandbox with these files importable in it. SandboxError if it cannot be confined or started.

        files: posix path inside the submission → content. program: dotted name of a module of ours with HANDLERS.
        shared: large arrays, mapped into the sandbox without a copy.
        """
        bounds = limits or Limits()
        generation = self._generation
        try:
            return self._open(files, program, bounds, shared or {})
        except SandboxError:
            if not self._replaced(generation):
                raise
            return self._open(files, program, bounds, shared or {})

    def _open(
        self, files: Mapping[str, bytes], program: str, bounds: Limits, shared: Mapping[str, np.ndarray]
    ) -> Sandbox:
        arrays = {name: np.ascontiguousarray(array) for name, array in shared.items()}
        channel, channel_there = socket.socketpair()
        status, status_there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        output, output_there = os.pipe2(os.O_CLOEXEC)
        sandbox = Sandbox(channel, status, output, bounds, tuple(files))
        given = [channel_there.fileno(), output_there, status_there.fileno()]
        areas: list[int] = []
        try:
            areas += [_sealed(array) for array in arrays.values()]
            order = {"op": "spawn", "program": program, "limits": asdict(bounds), "shared": list(arrays)}
            self._order(order, [*given, *areas])
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

    def close(self) -> None:
        """End the zygote; every sandbox still open ends with it."""
        if hasattr(self, "_control"):
            self._stop()
        self._home.cleanup()

    def _order(self, order: Mapping[str, Any], descriptors: Sequence[int]) -> None:
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))]
        with self._lock:
            try:
                self._control.sendmsg([json.dumps(order).encode()], rights)
            except OSError as error:
                raise SandboxError(
                    f"the zygote is gone: {error}. Run `autograder doctor`, then grade again"
                ) from error

    def _replaced(self, generation: int) -> bool:
        """Whether there is a newer zygote than that one, started now if that one is dead."""
        with self._lock:
            if self._generation == generation:
                try:
                    self._process.wait(timeout=1)
                except subprocess.TimeoutExpired:
                    return False
                self._stop()
                self._start()
                if self._preloaded:
                    self._ask({"op": "preload", "modules": self._preloaded})
            return True

    def _start(self) -> None:
        self._generation += 1
        self._control, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(START_SECONDS)
        self._log = os.memfd_create("zygote-log", os.MFD_CLOEXEC)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-m", "autograder.sandbox.zygote", str(there.fileno()), self._config],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            pass_fds=[there.fileno()],
            env=_clean_environment(self._home.name) | self._visible_devices,
            cwd="/",
            start_new_session=True,
        )
        there.close()
        self.reports = tuple(LayerReport(**entry) for entry in self._hear()["reports"])
        self.layers = tuple(report.name for report in self.reports if report.available)
        lack = missing_core(self.layers)
        if lack and not self._allow_weak:
            reasons = "; ".join(f"{r.name}: {r.detail}" for r in self.reports if r.core and not r.available)
            raise ConfinementError(
                f"student code cannot be confined on this machine: {lack} ({reasons}). Grade on Linux x86_64 ≥ 5.13 "
                "with seccomp, or lower the bar with --allow-weak-sandbox if you trust every submission"
            )
        self.versions = self._hear()["versions"]

    def _stop(self) -> None:
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._log)

    def _ask(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        with contextlib.suppress(OSError):
            self._control.send(json.dumps(question).encode())
        return self._hear()

    def _hear(self) -> Mapping[str, Any]:
        try:
            message = self._control.recv(MESSAGE_BYTES)
        except OSError:
            message = b""
        if not message:
            tail = os.pread(self._log, 4000, max(0, os.fstat(self._log).st_size - 4000)).decode(
                errors="replace"
            )
            raise SandboxError(
                f"the zygote did not answer; its last words: {tail.strip()[-1500:] or 'none'}. "
                "Run `autograder doctor`, then grade again"
            )
        answer: Mapping[str, Any] = json.loads(message)
        if "error" in answer:
            raise SandboxError(
                f"the zygote failed: {answer['error']}. Run `autograder doctor`, then grade again"
            )
        return answer


def _clean_environment(home: str) -> dict[str, str]:
    """Nothing of the grader's own environment but where shared libraries are, without which Python may not start."""
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    own = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": home, "TMPDIR": home, "MPLCONFIGDIR": home}
    torch = {"TORCHINDUCTOR_CACHE_DIR": os.path.join(home, "inductor"), "OMP_WAIT_POLICY": "PASSIVE"}
    # Freed memory stays with the process: giving it back and taking it again costs more than the work in between.
    malloc = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(256 << 20)}
    return {**kept, **own, **one_thread, **torch, "MPLBACKEND": "Agg"}


def _sealed(content: np.ndarray) -> int:
    """A file in memory with this content, which nobody can change any more."""
    descriptor = os.memfd_create("shared", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    rest = memoryview(content.tobytes())
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, SEALS)
    return descriptor
