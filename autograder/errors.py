"""Errors that a person sees, as a tree. Every message ends in the next step; every class has an exit status.

AutograderError                 2  usage or configuration
├── CheckFailed                 1  a check of ours failed (`build --check`, `selftest`)
├── SpecError                   2  grading.yml: file, line, fix
├── AuthoringError              2  source/: file, line, fix
├── DataError                   2  the data set is absent or altered
├── ConfinementError            2  the machine lacks a core sandbox layer
├── SubmissionError             -  a submission cannot be opened; recorded in its result, never raised to the shell
└── SandboxError                3  the sandbox itself failed; the submission is listed for another run
"""


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
    """A submission cannot be opened; the reason is for the student."""


class SandboxError(AutograderError):
    """The sandbox failed for a reason that is not the student's."""

    exit_code = 3
