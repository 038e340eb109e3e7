"""Resource limits of the process."""

import resource

from autograder.sandbox.limits import Limits


def footprint() -> int:
    """Address space of this process in bytes."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[0]) * resource.getpagesize()


def apply(limits: Limits, base_bytes: int | None, count_threads: bool) -> None:
    """Set the limits for good.

    base_bytes: address space that the process has before any student code; None: no bound on address space
    (CUDA reserves far more than it uses).
    count_threads: RLIMIT_NPROC counts all processes of the user, so it is a bound of this sandbox only where the
    user id (or the user namespace) belongs to the sandbox alone.
    """
    bounds = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: limits.file_bytes,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    if base_bytes is not None:
        bounds[resource.RLIMIT_AS] = base_bytes + limits.memory_bytes
    if count_threads:
        bounds[resource.RLIMIT_NPROC] = limits.threads
    for kind, bound in bounds.items():
        hard = resource.getrlimit(kind)[1]
        value = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(kind, (value, value))
