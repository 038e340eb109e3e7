"""Resource limits of the process."""

import resource

from autograder.sandbox.limits import GIB, MIB, Limits

STACK_BYTES = 8 * MIB
CUDA_BYTES = 4 * GIB
"""Memory of the host that CUDA's libraries take for themselves in a process."""
CUDA_THREADS = 32
OPTIONS = {
    resource.RLIMIT_AS: "-v",
    resource.RLIMIT_DATA: "-d",
    resource.RLIMIT_FSIZE: "-f",
    resource.RLIMIT_NOFILE: "-n",
    resource.RLIMIT_NPROC: "-u",
    resource.RLIMIT_STACK: "-s",
}
"""Of the shell's command."""


def footprint(cuda: bool) -> int:
    """What `apply` bounds, in bytes, as it is now: the address space, or (cuda) the private writable part of it."""
    with open("/proc/self/statm") as statm:
        sizes = statm.read().split()
    return int(sizes[5 if cuda else 0]) * resource.getpagesize()


def apply(limits: Limits, base_bytes: int, count_threads: bool, cuda: bool) -> None:
    """Set the limits for good.

    base_bytes: the footprint that the process has before any student code.
    cuda: CUDA reserves far more addresses than it uses, so that private writable memory is bounded in place of the
    address space (RLIMIT_DATA). Shared mappings and what CUDA pins in the host's memory are bounded by neither: where
        the host runs out, the kernel ends this process first (oom_score_adj, set in `confine`).
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
    if cuda:
        bounds[resource.RLIMIT_DATA] = base_bytes + limits.memory_bytes + CUDA_BYTES
    else:
        bounds[resource.RLIMIT_AS] = base_bytes + limits.memory_bytes
    if count_threads:
        bounds[resource.RLIMIT_NPROC] = limits.threads + (CUDA_THREADS if cuda else 0)
    needed = {resource.RLIMIT_DATA: limits.memory_bytes, resource.RLIMIT_STACK: STACK_BYTES, **bounds}
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
