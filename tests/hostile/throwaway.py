"""A namespace to be thrown away: attacks may get through here, and the host notices nothing.

    python -m tests.hostile.throwaway OUTER UID COMMAND...

Own mounts (everything read-only but fresh temporary folders), own process ids, network, IPC and host name; all of it
ends with the command. UID is the user who runs it; 0 keeps root. OUTER names the host's mounts, so that they cannot be taken for the fresh
ones. Needs root to begin with.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.errors import AutograderError
from autograder.sandbox.layers import libc, namespaces

ROOT = Path(__file__).parents[2]
WRITABLE = ("/tmp", "/var/tmp", "/dev/shm")
UNSHARE = ("unshare", "--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child", "--mount-proc")


def start(uid: int, command: Sequence[str]) -> subprocess.Popen[str]:
    """The command in a namespace of its own, its output as a stream of text. AutograderError unless we are root."""
    if os.geteuid() != 0:
        raise AutograderError(
            "attacks without layers run in namespaces that root makes: run `make hostile` as root"
        )
    words = [
        *UNSHARE,
        sys.executable,
        "-m",
        "tests.hostile.throwaway",
        namespaces.identity(),
        str(uid),
        *command,
    ]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)


def enter(outer: str, uid: int) -> None:
    """Turn this fresh namespace into one that cannot touch the host, and become the user."""
    if os.getpid() != 1 or namespaces.identity() == outer:
        raise AutograderError("this is no fresh namespace; run `make hostile`")
    attributes = ctypes.create_string_buffer(struct.pack("<4Q", namespaces.ATTR_RDONLY, 0, 0, 0), 32)
    libc.syscall(
        *("mount_setattr", namespaces.SYS_MOUNT_SETATTR, namespaces.AT_FDCWD, b"/"),
        *(namespaces.AT_RECURSIVE, attributes, 32),
    )
    here = os.open(ROOT, os.O_PATH)
    for place in filter(os.path.isdir, WRITABLE):
        libc.mount("tmpfs", place, "tmpfs", 0, "size=1g,mode=1777")
        if ROOT.is_relative_to(place):  # a course that lies below /tmp is seen there still
            os.makedirs(ROOT)
            libc.mount(f"/proc/self/fd/{here}", str(ROOT), None, namespaces.MS_BIND | namespaces.MS_REC)
    os.close(here)
    libc.mount("proc", "/proc", "proc", 0)
    if uid:
        for folder in _private(Path(sys.base_prefix)):
            _open(folder, sys.base_prefix)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stream:
        fcntl.ioctl(stream, 0x8914, struct.pack("16sH14x", b"lo", 1))  # SIOCSIFFLAGS: the loopback goes up
    if uid:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        # The change of user took away what unshare had set: this namespace ends with whoever made it.
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ.update(HOME="/tmp", TMPDIR="/tmp")


def _private(path: Path) -> Iterator[Path]:
    """Folders above `path` that other users may not enter."""
    yield from (folder for folder in reversed(path.parents) if not folder.stat().st_mode & 0o001)


def _open(folder: Path, shown: str) -> None:
    """Put an empty folder that everybody may enter over a private one, with nothing in it but what is `shown`."""
    os.makedirs("/tmp/.shown")
    libc.mount(shown, "/tmp/.shown", None, namespaces.MS_BIND | namespaces.MS_REC)
    libc.mount("tmpfs", str(folder), "tmpfs", 0, "size=1m,mode=755")
    os.makedirs(shown)
    libc.mount("/tmp/.shown", shown, None, namespaces.MS_BIND | namespaces.MS_REC)
    libc.unmount("/tmp/.shown", namespaces.MNT_DETACH)
    os.rmdir("/tmp/.shown")


if __name__ == "__main__":
    enter(sys.argv[1], int(sys.argv[2]))
    # Not exec: process 1 of the namespace has to reap what attacks leave behind.
    sys.exit(subprocess.run(sys.argv[3:], stdin=subprocess.DEVNULL).returncode)
