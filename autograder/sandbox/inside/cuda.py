"""CUDA in a training sandbox: made ready before any student code, bounded in memory, and asked who is to blame.

**Whose fault is a full GPU?** Every sandbox is entitled to `Limits.gpu_bytes`, which bounds torch's allocator. If an
allocation fails although the GPU could still give all that the sandbox is entitled to, the code went past its own
bound: out of memory, as on the CPU, and that is the student's. If the GPU cannot give it (too many runs side by side, a
program of someone else), it is nobody's: cause "device". The grader then repeats the run with no other of its own on
the GPU, and if that fails too, the question stays ungraded.

Code that goes around torch's allocator can still fill the GPU, and make the runs beside it fail. These then run alone,
after its end, and lose time but no mark. A sandbox that lies about the cause only leaves its own question to a person.
"""

from typing import Literal

import torch

from autograder.sandbox.limits import Limits

_FULL_TEXTS = ("out of memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED")
_entitled = 0
"""Bytes of the GPU's memory, in a process that uses one."""


def prepare(seed: int, limits: Limits) -> bool:
    """Start CUDA in this process, with bounded memory and a seed; False if no device answers.

    Float32 stays float32: TF32, which torch takes for convolutions by default, is off, since the gates come from runs in
    full precision and runs of this size gain nothing by it. cuDNN takes deterministic algorithms.
    """
    global _entitled
    if not torch.cuda.is_available():
        return False
    _entitled = limits.gpu_bytes
    torch.cuda.set_per_process_memory_fraction(min(1.0, limits.gpu_bytes / _memory()), 0)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.deterministic = True
    torch.cuda.manual_seed_all(seed)
    return True


def blame(kind: type[BaseException], text: str) -> Literal["memory", "device"] | None:
    """Whose bound an allocation on the GPU has hit, the sandbox's own or the device's; None if that is not what happened."""
    full = issubclass(kind, torch.OutOfMemoryError) or any(part in text for part in _FULL_TEXTS)
    if not _entitled or not issubclass(kind, RuntimeError) or not full:
        return None
    try:
        left = min(_entitled, _memory()) - torch.cuda.memory_reserved(0)
        free, _ = torch.cuda.mem_get_info(0)
    except RuntimeError:  # not even the question can be answered: the driver itself lacks memory
        return "device"
    return "memory" if free >= left else "device"


def _memory() -> int:
    return int(torch.cuda.get_device_properties(0).total_memory)
