"""Namespaces: own process ids, no network, and a private root with read-only binds and a small scratch folder.

Nothing is ever mounted outside a mount namespace made by `enter`, whose mounts do not propagate.
"""

import contextlib
import ctypes
import os
import struct
from collections.abc import Iterator

from autograder.sandbox.layers import libc
from autograder.sandbox.limits import Limits
from autograder.sandbox.view import DEVICES, View

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2
SYS_PIVOT_ROOT, SYS_MOUNT_SETATTR = 155, 442
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
ATTR_RDONLY, ATTR_NOSUID = 1, 2

SCRATCH = "/scratch"


@contextlib.contextmanager
def process_ids(wanted: bool) -> Iterator[None]:
    """A child forked in this context is process 1 of its own namespace of process ids. Only root can."""
    if not wanted or os.geteuid() != 0:
        yield
        return
    own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    parent = os.getpid()
    libc.unshare(CLONE_NEWPID)
    try:
        yield
    finally:
        if os.getpid() == parent:
            libc.setns(own, CLONE_NEWPID)
        os.close(own)


def enter() -> None:
    """New namespaces for this process. Needs root or user namespaces."""
    everything = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET
    uid, gid = os.geteuid(), os.getegid()
    libc.unshare(everything if uid == 0 else everything | CLONE_NEWUSER)
    if uid != 0:
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid} {uid} 1"),
            ("gid_map", f"{gid} {gid} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    libc.mount(None, "/", None, MS_REC | MS_PRIVATE)


def identity() -> str:
    """Names the mount namespace of this process."""
    return os.readlink("/proc/self/ns/mnt")


def private_root(view: View, limits: Limits, outer: str) -> None:
    """Make a root of only what `view` shows, read-only, with an empty writable SCRATCH; `outer` is the host's identity()."""
    if identity() == outer:
        raise RuntimeError("refused: this is the host's mount namespace")
    files = (*view.files, *DEVICES, *view.devices)
    sources = {path: "/old" + os.path.realpath(path) for path in (*view.roots, *files)}
    libc.mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID, "size=1m,nr_inodes=4096,mode=0755")
    os.mkdir("/tmp/old", 0o755)
    libc.syscall("pivot_root", SYS_PIVOT_ROOT, b"/tmp", b"/tmp/old")
    os.chdir("/")
    old_mask = os.umask(0o022)
    for path in view.roots:
        os.makedirs(path, exist_ok=True)
        _bind(sources[path], path)
    for path in files:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC))
        _bind(sources[path], path)
    os.mkdir("/empty")
    for path in view.hidden:
        _bind("/empty" if os.path.isdir(path) else "/old/dev/null", path)
    if view.own:
        _own_process()
    os.mkdir(SCRATCH)
    os.umask(old_mask)
    libc.unmount("/old", MNT_DETACH)
    os.rmdir("/old")
    _read_only("/")
    if view.own:
        libc.mount("/proc/self/task", "/proc/self/task", None, MS_BIND)
        _read_only("/proc/self/task", undo=True)
    bounds = f"size={limits.scratch_bytes},nr_inodes={limits.scratch_inodes},mode=0777"
    libc.mount("tmpfs", SCRATCH, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, bounds)
    os.chdir(SCRATCH)


def _bind(source: str, target: str) -> None:
    # Recursive: a user namespace may not copy a mount without what is mounted on it.
    libc.mount(source, target, None, MS_BIND | MS_REC)


def _own_process() -> None:
    """/proc/<pid> and /proc/self of this process alone, in the numbers of its own namespace of process ids."""
    own = str(os.getpid())
    os.makedirs(f"/proc/{own}", exist_ok=True)
    os.symlink(own, "/proc/self")
    if own == "1":
        os.mkdir("/ids")
        libc.mount("proc", "/ids", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "subset=pid")
        _bind("/ids/1", "/proc/1")
        libc.unmount("/ids", MNT_DETACH)
        os.rmdir("/ids")
    else:
        _bind("/old/proc/self", f"/proc/{own}")


def _read_only(target: str, undo: bool = False) -> None:
    rights = (ATTR_NOSUID, ATTR_RDONLY) if undo else (ATTR_RDONLY | ATTR_NOSUID, 0)
    attributes = ctypes.create_string_buffer(struct.pack("<4Q", *rights, 0, 0), 32)
    libc.syscall(
        "mount_setattr", SYS_MOUNT_SETATTR, AT_FDCWD, os.fsencode(target), AT_RECURSIVE, attributes, 32
    )
