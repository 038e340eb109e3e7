"""Landlock: files by allow-list, no TCP, no signals or abstract sockets out of the sandbox (kernel ≥ 5.13, by ABI).

Source: Linux Documentation/userspace-api/landlock.rst. Rules name inodes, so they hold through bind mounts too.
"""

import ctypes
import fcntl
import os
import stat
import struct
from collections.abc import Sequence

from autograder.sandbox.layers import libc

SYS_CREATE, SYS_ADD_RULE, SYS_RESTRICT = 444, 445, 446
VERSION_FLAG = 1
PATH_BENEATH = 1
HIGH_FD = 64
"""The rules of a plan are many, and a sandbox may only use low descriptors: its own must find room there."""

WRITE_FILE, READ_FILE, READ_DIR = 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
REFER, TRUNCATE, IOCTL_DEVICE = 1 << 13, 1 << 14, 1 << 15
ON_FILES = WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE
READ = READ_FILE | READ_DIR
USE_DEVICE = READ_FILE | WRITE_FILE | IOCTL_DEVICE
SCRATCH = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE
TCP_BIND_CONNECT = 0b11
SCOPE_ABSTRACT_UNIX_AND_SIGNAL = 0b11

Rule = tuple[int, int]
"""(open descriptor of a path, rights)"""


def abi() -> int:
    """The kernel's Landlock version; OSError if there is none."""
    return libc.syscall("landlock_create_ruleset", SYS_CREATE, None, 0, VERSION_FLAG)


def handled(version: int) -> int:
    """All file rights that this version knows: what is not allowed by a rule is refused."""
    bits = 13 + (version >= 2) + (version >= 3) + (version >= 5)
    return (1 << bits) - 1


def open_rule(path: str, rights: int) -> Rule:
    """A rule for what lies at `path` now; opened while it can still be reached, and kept out of the low descriptors."""
    low = os.open(path, os.O_PATH | os.O_CLOEXEC)
    descriptor = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, HIGH_FD)
    os.close(low)
    if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
        rights &= ON_FILES
    return descriptor, rights


def restrict(rules: Sequence[Rule]) -> None:
    """Confine the calling thread to the rules, for good. Needs no_new_privs."""
    version = abi()
    fs = handled(version)
    words = [fs, TCP_BIND_CONNECT, SCOPE_ABSTRACT_UNIX_AND_SIGNAL]
    words = words[: 1 + (version >= 4) + (version >= 6)]
    attributes = struct.pack(f"<{len(words)}Q", *words)
    ruleset = libc.syscall("landlock_create_ruleset", SYS_CREATE, attributes, len(attributes), 0)
    try:
        for descriptor, rights in rules:
            rule = ctypes.create_string_buffer(struct.pack("<Qi", rights & fs, descriptor))
            libc.syscall("landlock_add_rule", SYS_ADD_RULE, ruleset, PATH_BENEATH, rule, 0)
        libc.syscall("landlock_restrict_self", SYS_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)
