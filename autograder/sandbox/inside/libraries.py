"""What the zygote imports once for all sandboxes, and what it can say of itself."""

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


def facts() -> dict[str, Any]:
    return {
        "threads": len(os.listdir("/proc/self/task")),
        "cuda_initialized": bool(torch.cuda.is_initialized()),  # type: ignore[no-untyped-call]
        "modules": sorted(sys.modules),
        "environment": sorted(os.environ),
    }
