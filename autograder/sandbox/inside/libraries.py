"""What the zygote imports once for all sandboxes, and what it can say of itself."""

import contextlib
import fcntl
import os
import platform
import sys
from typing import Any

import numpy
import safetensors
import torch

from autograder.sandbox.inside import calls, serve

LOADED = (calls, serve)
"""The standard program and its loop: in the zygote's memory before the first fork."""


def warm_up() -> None:
    """Have torch read /sys now: a sandbox cannot."""
    torch.backends.cpu.get_cpu_capability()


def versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": numpy.__version__,
        "safetensors": safetensors.__version__,
    }


def _holds_a_gpu() -> bool:
    """CUDA's driver, once started by whomever, keeps its device nodes open. (Landlock's rules only name them.)"""
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        with contextlib.suppress(OSError):  # the listing's own is closed by now
            named = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_PATH
            if not named and os.readlink(f"/proc/self/fd/{descriptor}").startswith("/dev/nvidia"):
                return True
    return False


def facts() -> dict[str, Any]:
    return {
        "threads": len(os.listdir("/proc/self/task")),
        "cuda_initialized": bool(torch.cuda.is_initialized()) or _holds_a_gpu(),  # type: ignore[no-untyped-call]
        "modules": sorted(sys.modules),
        "environment": sorted(os.environ),
    }
