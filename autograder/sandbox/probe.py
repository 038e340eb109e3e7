"""Which layers this machine offers, found by trying each in a process that is thrown away.

`offers()` answers for `autograder doctor`; the zygote asks `reports()` itself before it imports anything large.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass

from autograder.errors import ConfinementError, SandboxError
from autograder.sandbox.layers import landlock, namespaces, seccomp, users
from autograder.sandbox.limits import Limits
from autograder.sandbox.view import View, current


@dataclass(frozen=True)
class LayerReport:
    """One layer. core: without it (landlock, namespaces and users: without all three) student code does not run."""

    name: str
    available: bool
    core: bool
    detail: str


def offers() -> list[LayerReport]:
    """The layers that this machine offers to this user, from a fresh process."""
    require_linux()
    command = [sys.executable, "-I", "-m", "autograder.sandbox.probe"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, env={})
    if answer.returncode != 0:
        raise SandboxError(
            f"the sandbox probe failed: {answer.stderr[-500:]}; run `{' '.join(command)}` to see why"
        )
    return [LayerReport(**entry) for entry in json.loads(answer.stdout)]


def reports(without: Collection[str] = (), view: View | None = None) -> list[LayerReport]:
    """Try every layer but those in `without`, with this view. Only for a process with a single thread: it forks."""
    view, outer = view or current(), namespaces.identity()
    found: dict[str, str | None] = {"rlimits": None, "no_new_privs": None}

    def attempt(name: str, trial: Callable[[], None]) -> None:
        found[name] = "switched off" if name in without else _in_fork(trial)

    def enter_private_root() -> None:
        namespaces.enter()
        namespaces.private_root(view, Limits(), outer)

    def own_process_ids_and_root() -> None:
        with namespaces.process_ids(True):
            pass
        enter_private_root()

    def own_user() -> None:
        if os.geteuid() != 0:
            raise OSError("only root can give a sandbox its own user id")
        if found["namespaces"] is None:
            enter_private_root()
        users.drop_bounding_set()
        users.drop_uid(0)
        _read_python(view)

    def landlocked() -> None:
        # Before, opening with O_TRUNC emptied a file that the sandbox's user owns, whatever the rules said.
        if landlock.abi() < 3 and found["namespaces"] is not None and found["users"] is not None:
            raise OSError(
                f"ABI {landlock.abi()} does not keep files from being emptied; kernel 6.2 and later do"
            )
        users.no_new_privileges()
        landlock.restrict([])

    attempt("namespaces", own_process_ids_and_root)
    attempt("users", own_user)
    attempt("landlock", landlocked)
    attempt("seccomp", seccomp.supported)
    details = {
        "rlimits": "memory, file size, open files, core dumps",
        "no_new_privs": "no capability, and no way to a new one",
        "namespaces": "private root, no network" + (", own process ids" if os.geteuid() == 0 else ""),
        "users": "a user id of the sandbox's own",
        "landlock": f"ABI {landlock.abi()}" if found["landlock"] is None else "",
        "seccomp": "allow-list of system calls",
    }
    core = {"seccomp", "landlock", "namespaces", "users"}
    return [LayerReport(n, e is None, n in core, details[n] if e is None else e) for n, e in found.items()]


def require_linux() -> None:
    """ConfinementError elsewhere: every layer is one of Linux."""
    if sys.platform != "linux":
        raise ConfinementError(
            f"grading needs Linux, this is {sys.platform}: use a Linux machine or container"
        )


def missing_core(layers: Collection[str]) -> str | None:
    """The sentence that names the missing core layer, or None if `layers` suffice."""
    if "seccomp" not in layers:
        return "seccomp is missing"
    if not {"landlock", "namespaces", "users"} & set(layers):
        return "Landlock, namespaces and an own user id are all missing"
    return None


def _read_python(view: View) -> None:
    """Python itself may lie where the sandbox's user cannot go, such as a private home."""
    try:
        for root in view.roots:
            os.listdir(root)
        for module in (os, json):
            with open(str(module.__file__), "rb") as file:
                file.read(1)
    except PermissionError as error:
        raise OSError(
            f"{error.filename} is not readable for other users: user id 0 is kept, without any capability"
        ) from error


def _in_fork(trial: Callable[[], None]) -> str | None:
    """None if `trial` works in a child of this process, else why not."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            trial()
            os.write(writer, b"\0")
        except BaseException as error:
            os.write(writer, str(error).encode()[:400] or type(error).__name__.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return None if answer == b"\0" else answer.decode(errors="replace") or "the trial ended without an answer"


if __name__ == "__main__":
    print(json.dumps([asdict(report) for report in reports()]))
