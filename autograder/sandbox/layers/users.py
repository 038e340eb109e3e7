"""Privileges: a user id of the sandbox's own where we are root, no capability and no way to a new one anywhere."""

import ctypes
import os

from autograder.sandbox.layers import libc

# systemd's table of user ids leaves 60578–61183 to nobody; one id per sandbox keeps siblings apart and lets
# RLIMIT_NPROC count one sandbox only.
FIRST_UID, UIDS = 60578, 600
SYS_CAPSET = 126
CAP_VERSION_3 = 0x20080522


def drop_uid(number: int) -> None:
    """Become an unprivileged user for good; only root can."""
    uid = FIRST_UID + number % UIDS
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def drop_capabilities() -> None:
    """Empty all capability sets, so that user id 0, where it has to be kept, can do no more than any other."""
    libc.prctl(libc.PR_CAP_AMBIENT, libc.PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(CAP_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)()
    libc.syscall("capset", SYS_CAPSET, ctypes.byref(header), ctypes.byref(data))


def drop_bounding_set() -> None:
    """No program started later could regain a capability. Needs CAP_SETPCAP, so it comes before the uid drop."""
    for capability in range(64):
        try:
            libc.prctl(libc.PR_CAPBSET_DROP, capability)
        except OSError:  # past the last capability of this kernel, or not privileged to begin with
            return


def no_new_privileges() -> None:
    libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
    libc.prctl(libc.PR_SET_DUMPABLE, 0)
