"""Resource limits of the process."""

import resource

from autograder.sandbox.limits import MIB, Limits

STACK_BYTES = 8 * MIB
OPTIONS = {
    resource.RLIMIT_AS: "-v",
    resource.RLIMIT_DATA: "-d",
    resource.RLIMIT_FSIZE: "-f",
    resource.RLIMIT_NOFILE: "-n",
    resource.RLIMIT_NPROC: "-u",
    resource.RLIMIT_STACK: "-s",
}
"""Of the shell's command."""


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
    needed = {**bounds, resource.RLIMIT_DATA: limits.memory_bytes, resource.RLIMIT_STACK: STACK_BYTES}
    for kind, bound in needed.items():
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY and hard < bound:
            # Less than promised would cost a student marks for what is the machine's.
            raise OSError(
                f"this machine allows {hard:,} where {bound:,} are needed (`ulimit {OPTIONS[kind]}`)"
            )
        value = bound if kind in bounds else hard
        resource.setrlimit(kind, (value, value))
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
