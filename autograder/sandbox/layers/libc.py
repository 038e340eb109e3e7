"""System calls that Python has no name for. Every failure is an OSError that names the call."""

import ctypes
import os

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4


def syscall(name: str, number: int, *args: object) -> int:
    """A raw system call; integers are passed as 64 bits wide."""
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in args]
    return _checked(name, _libc.syscall(ctypes.c_long(number), *wide))


def prctl(option: int, *args: int) -> int:
    padded = [*args, 0, 0, 0, 0][:4]
    return _checked(f"prctl({option})", _libc.prctl(option, *map(ctypes.c_ulong, padded)))


def unshare(flags: int) -> None:
    _checked("unshare", _libc.unshare(flags))


def setns(descriptor: int, kind: int) -> None:
    _checked("setns", _libc.setns(descriptor, kind))


def mount(source: str | None, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind, data)]
    result = _libc.mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), encoded[3])
    _checked(f"mount {target}", result)


def unmount(target: str, flags: int) -> None:
    _checked(f"umount {target}", _libc.umount2(os.fsencode(target), flags))


def _checked(name: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result
