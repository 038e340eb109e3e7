"""What a training sandbox on a GPU needs beyond one on the CPU: NVIDIA's device nodes, and what its driver reads.

Where the names come from: `benchmarks/gpu_calls.py` runs a training under strace and lists what it opened and called.
"""

import os
from dataclasses import replace
from pathlib import Path

from autograder.sandbox.view import View

CONTROL_NODES = ("/dev/nvidiactl", "/dev/nvidia-uvm")
DRIVER_FOLDERS = ("/usr/local/nvidia", "/usr/local/cuda")
"""Where container runtimes put the driver's libraries if not among the system's own."""
DRIVER_FILES = (
    "/proc/devices",
    "/proc/driver/nvidia/params",
    "/proc/sys/vm/mmap_min_addr",
    "/sys/devices/system/memory/block_size_bytes",
)
OWN_FILES = ("/proc/self/maps",)
"""Besides, CUDA gives up at once ("OS call failed") if it cannot name a thread in /proc/self/task."""


def nodes() -> tuple[str, ...]:
    """The device nodes of all GPUs, and the two that CUDA needs beside them; empty without a GPU.

    Not among them: nvidia-modeset and dri (displays), nvidia-uvm-tools (profilers), nvidia-caps (configuration of MIG).
    """
    cards = sorted(str(path) for path in Path("/dev").glob("nvidia[0-9]*"))
    return (*cards, *(node for node in CONTROL_NODES if os.path.exists(node))) if cards else ()


def with_gpu(view: View) -> View:
    """The view of a sandbox that trains on a GPU."""
    told = os.environ.get("LD_LIBRARY_PATH", "").split(":")
    wanted = [*DRIVER_FOLDERS, *(folder for folder in told if os.path.isabs(folder))]
    folders = dict.fromkeys(os.path.abspath(path) for path in wanted if os.path.isdir(path))
    more = [folder for folder in folders if folder != "/" and not view.shows(folder)]
    roots = [f for f in more if not any(f != other and f.startswith(other + "/") for other in more)]
    files = [path for path in DRIVER_FILES if os.path.isfile(path)]
    shown = (*view.files, *files)
    return replace(view, roots=(*view.roots, *roots), files=shown, devices=nodes(), own=OWN_FILES)
