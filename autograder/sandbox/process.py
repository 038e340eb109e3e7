"""The zygote's process as the host holds it: started with a clean environment, asked over one socket, ended for sure."""

import array
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.errors import SandboxError

START_SECONDS = 300.0
STOP_SECONDS = 5.0
MESSAGE_BYTES = 1 << 20
NEXT_STEP = "Run `autograder doctor`, then grade again"


class ZygoteProcess:
    """One running zygote. Not thread-safe: its owner takes turns."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._log = -1
        self._home = ""
        try:
            self._start(config)
        except OSError as error:
            self._release()
            raise SandboxError(f"the zygote did not start: {error}. {NEXT_STEP}") from error

    def _start(self, config: Mapping[str, Any]) -> None:
        self._home = tempfile.mkdtemp(prefix="autograder-zygote-")
        # torch.optim wants this folder to exist; a sandbox without a scratch folder could not make it.
        os.mkdir(os.path.join(self._home, "inductor"))
        os.chmod(self._home, 0o711)
        self._control, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(START_SECONDS)
        self._log = os.memfd_create("zygote-log", os.MFD_CLOEXEC)
        command = [
            sys.executable,
            "-I",
            "-m",
            "autograder.sandbox.zygote",
            str(there.fileno()),
            json.dumps({**config, "home": self._home}),
        ]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
                pass_fds=[there.fileno()],
                env=_clean_environment(self._home, config["device"]),
                cwd="/",
                start_new_session=True,
            )
        finally:
            there.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, message: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
        """SandboxError if it is gone."""
        rights = (
            [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
        )
        try:
            self._control.sendmsg([json.dumps(message).encode()], rights)
        except OSError as error:
            raise SandboxError(f"the zygote is gone: {error}. {NEXT_STEP}") from error

    def hear(self) -> Mapping[str, Any]:
        """Its next message; SandboxError with its last words if there is none."""
        message = b""
        with contextlib.suppress(OSError):
            message = self._control.recv(MESSAGE_BYTES)
        if not message:
            size = os.fstat(self._log).st_size
            words = os.pread(self._log, 1500, max(0, size - 1500)).decode(errors="replace").strip()
            last = words.splitlines()[-1] if words else "none"
            raise SandboxError(f"the zygote did not answer; its last words: {last}. {NEXT_STEP}")
        answer: Mapping[str, Any] = json.loads(message)
        return answer

    def ended(self, seconds: float) -> bool:
        """Whether it is dead, or dies within this time."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        """Hang up, so that it ends its sandboxes and itself; if it does not, kill it."""
        self._control.close()
        if not self.ended(STOP_SECONDS):
            self.kill()
        self._release()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._release()

    def _release(self) -> None:
        if self._log >= 0:
            self._control.close()
            os.close(self._log)
            self._log = -1
        if self._home:
            shutil.rmtree(self._home, ignore_errors=True)
            self._home = ""


def _for_cuda() -> dict[str, str]:
    """The grader's choice of GPUs; nothing written to a cache; and no question about devices that would start CUDA."""
    return {
        **{name: os.environ[name] for name in ("CUDA_VISIBLE_DEVICES",) if name in os.environ},
        "CUDA_CACHE_DISABLE": "1",
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # with it cuBLAS gives the same numbers every time
        "PYTORCH_NVML_BASED_CUDA_CHECK": "1",  # a zygote that had started CUDA could not be forked
    }


def _clean_environment(home: str, device: str) -> dict[str, str]:
    """Nothing of the grader's own environment but where shared libraries are, without which Python may not start."""
    return {
        **{name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ},
        **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"),
        **dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR"), home),
        **(_for_cuda() if device == "cuda" else {"CUDA_VISIBLE_DEVICES": ""}),
        "TORCHINDUCTOR_CACHE_DIR": os.path.join(home, "inductor"),
        "OMP_WAIT_POLICY": "PASSIVE",
        # glibc: keep freed memory, and take it in large pages. To give it back and fault it in again costs a short run
        # more than its arithmetic.
        "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
        "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
        "MALLOC_TOP_PAD_": str(4 << 20),
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
        "MPLBACKEND": "Agg",
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
    }
