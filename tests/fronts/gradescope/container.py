"""Gradescope's container, imitated as closely as a machine without Docker allows.

A root file system of its own, processes, network (none) and hostname of its own; root with the capabilities that Docker
leaves, and with the refusals of Docker's default seccomp profile that matter here: no new namespaces, no mounts. What is
not imitated: control groups and Gradescope's own harness around `run_autograder`, which is not public.
"""

import ctypes
import errno
import os
import struct
import subprocess
import sys
from pathlib import Path

# moby/moby, oci/caps/defaults.go
CAPABILITIES = (
    *(
        "chown",
        "dac_override",
        "fsetid",
        "fowner",
        "mknod",
        "net_raw",
        "setgid",
        "setuid",
        "setfcap",
        "setpcap",
    ),
    *("net_bind_service", "sys_chroot", "kill", "audit_write"),
)
# moby/moby, profiles/seccomp/default.json: what takes CAP_SYS_ADMIN there
REFUSED = {"mount": 165, "umount2": 166, "pivot_root": 155, "unshare": 272, "setns": 308}
CLONE, CLONE3, NEW_NAMESPACES = 56, 435, 0x7E020000

NAMESPACES = ("unshare", "--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child")
ENTER = """
set -e
mount --make-rprivate /
{mounts}
mount -t proc proc {root}/proc
cd /
exec {python} {script} chroot {root} {command}
"""


def in_container(
    root: Path, command: str, *, binds: dict[Path, Path] | None = None, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run a command as root in the container with this root; `binds`: place outside → place inside, to read only."""
    places = binds or {}
    mounts = "\n".join(
        [
            f"mount --rbind /dev {root}/dev",
            *(f"mount --bind {outside} {root}{inside}" for outside, inside in places.items()),
            *(f"mount -o remount,bind,ro {root}{inside}" for inside in places.values()),
        ]
    )
    for outside, inside in {**places, Path("/proc"): Path("/proc"), Path("/dev"): Path("/dev")}.items():
        place = root / inside.relative_to("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if outside.is_dir():
            place.mkdir(exist_ok=True)
        else:
            place.touch()
    script = ENTER.format(
        mounts=mounts, root=root, python=sys.executable, script=Path(__file__).resolve(), command=command
    )
    return subprocess.run(
        [
            "unshare",
            "--mount",
            "--pid",
            "--net",
            "--ipc",
            "--uts",
            "--fork",
            "--kill-child",
            "bash",
            "-c",
            script,
        ],
        env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"},
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def as_docker_does(command: list[str]) -> None:
    """Give up what Docker takes from a container's root, and become the command."""
    _refuse_system_calls()
    kept = ",".join(f"+{name}" for name in CAPABILITIES)
    os.execvp("setpriv", ["setpriv", f"--bounding-set=-all,{kept}", "--inh-caps=-all", *command])


def _refuse_system_calls() -> None:
    def op(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
        return struct.pack("<HBBI", code, if_true, if_false, value)

    load, equal, any_bit, give = 0x20, 0x15, 0x45, 0x06
    refuse, allow = op(give, 0x00050000 | errno.EPERM), op(give, 0x7FFF0000)
    code = [op(load, 0)]
    for number in REFUSED.values():
        code += [op(equal, number, 0, 1), refuse]
    code += [op(equal, CLONE3, 0, 1), op(give, 0x00050000 | errno.ENOSYS)]
    code += [op(equal, CLONE, 0, 3), op(load, 16), op(any_bit, NEW_NAMESPACES, 0, 1), refuse]
    code += [allow]
    buffer = ctypes.create_string_buffer(b"".join(code))
    header = struct.pack("<HxxxxxxQ", len(code), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(22, 2, header, 0, 0) != 0:  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        raise OSError(ctypes.get_errno(), "PR_SET_SECCOMP")


if __name__ == "__main__":
    as_docker_does(sys.argv[1:])
