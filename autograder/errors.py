"""Errors that a person sees, as a tree. Every message ends in the next step; every class has an exit status.

AutograderError                 2  usage or configuration
├── CheckFailed                 1  a check of ours failed (`build --check`, `selftest`)
├── SpecError                   2  grading.yml: file, line, fix
├── AuthoringError              2  source/: file, line, fix
├── DataError                   2  the data set is absent or altered
├── ConfinementError            2  the machine lacks a core sandbox layer
├── SubmissionError             -  a submission cannot be opened; recorded in its result, never raised to the shell
├── UnreadableError             3  the machine cannot read a submission; it is listed for another run
├── MachineError                3  the machine failed the run (a full disk, too few processes); no mark changes
├── Stopped                   128+ a person or the system ended the run by a signal; `--resume` goes on
└── SandboxError                3  the sandbox itself failed; the submission is listed for another run
"""

import errno


class AutograderError(Exception):
    """Base of every error with a message for a person."""

    exit_code = 2


class CheckFailed(AutograderError):
    """A check of the package's own consistency failed."""

    exit_code = 1


class SpecError(AutograderError):
    """grading.yml is wrong; the message names file, line and fix."""


class AuthoringError(AutograderError):
    """source/ is wrong; the message names file, line and fix."""


class DataError(AutograderError):
    """The data set that a run needs is absent or altered."""


class ConfinementError(AutograderError):
    """The machine lacks a layer without which student code must not run."""


class SubmissionError(AutograderError):
    """A submission cannot be opened; the reason is for the student. `what`: what is wrong, without what to do."""

    def __init__(self, message: str, what: str = "") -> None:
        super().__init__(message)
        self.what = what or message


class UnreadableError(AutograderError):
    """The machine cannot read a submission, which is not the student's fault."""

    exit_code = 3


class MachineError(AutograderError):
    """The machine failed the run: a full disk, a folder that is not writable, too few processes or open files."""

    exit_code = 3

    @classmethod
    def of(cls, error: OSError | MemoryError | RuntimeError) -> "MachineError":
        """What happened and what to do about it, for people."""
        number = error.errno if isinstance(error, OSError) else None
        what = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        where = f"{error.filename}: " if isinstance(error, OSError) and error.filename is not None else ""
        step = (
            _STEPS.get(number, "Mend that")
            if number is not None
            else "Free memory or raise `ulimit -u` and `-v`"
        )
        return cls(
            f"the machine failed: {where}{what or 'out of memory'}. {step}, then run the same command again; what is "
            "graded so far stands, and `autograder grade --resume` goes on from there."
        )


_STEPS = {
    errno.ENOSPC: "Free space on that disk",
    errno.EDQUOT: "Free space within your quota",
    errno.EFBIG: "Raise the limit on the size of files (`ulimit -f`)",
    errno.EROFS: "Choose a folder that can be written to",
    errno.EACCES: "Choose a folder that you may write to, or mend its permissions",
    errno.EPERM: "Choose a folder that you may write to, or mend its permissions",
    errno.EMFILE: "Raise the limit on open files (`ulimit -n`)",
    errno.ENFILE: "Close other programs",
    errno.EAGAIN: "Raise the limit on processes (`ulimit -u`) or close other programs",
    errno.ENOMEM: "Free memory or raise `ulimit -v`",
}


class Stopped(AutograderError):
    """A signal ended the run."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.exit_code = 128 + number


class SandboxError(AutograderError):
    """The sandbox failed for a reason that is not the student's."""

    exit_code = 3
