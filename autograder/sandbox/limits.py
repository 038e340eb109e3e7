"""What one sandbox may use. Times are CPU time of the child, so that a busy machine costs nobody marks."""

from dataclasses import dataclass

MIB = 1024**2
GIB = 1024**3


@dataclass(frozen=True)
class Limits:
    """Bounds of one sandbox.

    call_seconds: CPU seconds per reply.
    start_seconds: CPU seconds for a reply to `import`, and wall seconds until a fresh sandbox is ready.
    wall_seconds: wall-clock backstop per reply, for code that waits where the kernel does not tell; None: the larger of 30, 10 × call_seconds and
        twice the CPU seconds of this reply.
    memory_bytes: address space above the zygote's own; on a GPU private writable memory, and room for CUDA beside it.
    gpu_bytes: memory of the GPU that torch may take, where the sandbox trains on one.
    threads: threads of the process, where the machine can count them per sandbox.
    file_bytes, scratch_bytes, scratch_inodes: one file, all files, number of files in the private scratch folder.
    open_files: file descriptors.
    output_bytes: tail of stdout and stderr that is kept; output_total_bytes: more than this ends the sandbox.
    reply_bytes: tensors of one reply.
    """

    call_seconds: float = 5.0
    start_seconds: float = 30.0
    wall_seconds: float | None = None
    memory_bytes: int = 2 * GIB
    gpu_bytes: int = 4 * GIB
    threads: int = 32
    file_bytes: int = 64 * MIB
    scratch_bytes: int = 64 * MIB
    scratch_inodes: int = 2000
    open_files: int = 256
    output_bytes: int = 64 * 1024
    output_total_bytes: int = 16 * MIB
    reply_bytes: int = 64 * MIB

    def cpu_budget(self, op: str) -> float:
        """CPU seconds until the reply to a request of this kind."""
        return self.start_seconds if op == "import" else self.call_seconds

    def idle_budget(self, op: str) -> float:
        """Seconds without any work until the reply to a request of this kind; a slow disk costs some, too."""
        return 2 * self.cpu_budget(op)

    def wall_budget(self, op: str) -> float:
        """Wall-clock seconds until the reply to a request of this kind."""
        if self.wall_seconds is not None:
            return self.wall_seconds
        return max(30.0, 10 * self.call_seconds, 2 * self.cpu_budget(op))
