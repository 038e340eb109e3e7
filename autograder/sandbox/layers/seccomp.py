"""seccomp: an allow-list of system calls for x86_64 (Linux Documentation/userspace-api/seccomp_filter.rst).

What is not listed fails with EPERM: starting programs or processes, sockets, signals to others, tracing, mounting,
io_uring, keys, bpf, shared memory that could outlive or escape the process.
"""

import ctypes
import errno
import platform
import struct

from autograder.sandbox.layers import libc

SYS_SECCOMP = 317
SET_MODE_FILTER = 1
# All threads at once; and no slower speculation for the whole process (the default of old kernels).
TSYNC, SPEC_ALLOW = 1, 4
AUDIT_ARCH_X86_64 = 0xC000003E
X32_BIT = 0x40000000

ALLOW, ERRNO, KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000

PLAIN = {
    # files already open, and files by name (Landlock and the private root say which). Not among them: what changes a
    # file of the same owner by its name alone, such as chmod, utimensat and (for Landlock before ABI 3) truncate
    "read": 0, "write": 1, "open": 2, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "poll": 7, "lseek": 8,
    "pread64": 17, "pwrite64": 18, "readv": 19, "writev": 20, "access": 21, "pipe": 22, "select": 23,
    "dup": 32, "dup2": 33, "sendfile": 40, "fsync": 74, "fdatasync": 75, "ftruncate": 77, "getdents": 78,
    "getcwd": 79, "chdir": 80, "fchdir": 81, "rename": 82, "mkdir": 83, "rmdir": 84, "creat": 85, "unlink": 87,
    "readlink": 89, "umask": 95, "statfs": 137, "fstatfs": 138, "getdents64": 217, "fadvise64": 221,
    "epoll_create": 213, "epoll_wait": 232, "epoll_ctl": 233, "openat": 257, "mkdirat": 258, "newfstatat": 262,
    "unlinkat": 263, "renameat": 264, "readlinkat": 267, "faccessat": 269, "pselect6": 270, "ppoll": 271,
    "epoll_pwait": 281, "fallocate": 285, "eventfd2": 290, "epoll_create1": 291, "dup3": 292,
    "pipe2": 293, "preadv": 295, "pwritev": 296, "renameat2": 316, "statx": 332, "close_range": 436,
    "faccessat2": 439,
    # own memory
    "mprotect": 10, "munmap": 11, "brk": 12, "mremap": 25, "mincore": 27, "madvise": 28, "msync": 26,
    # own signals, threads, time
    "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "sched_yield": 24, "nanosleep": 35,
    "setitimer": 38, "getitimer": 36, "alarm": 37, "gettimeofday": 96, "times": 100, "sigaltstack": 131,
    "sched_getparam": 143, "sched_getscheduler": 145, "sched_get_priority_max": 146,
    "sched_get_priority_min": 147, "arch_prctl": 158, "gettid": 186, "time": 201, "futex": 202,
    "sched_getaffinity": 204, "set_tid_address": 218, "restart_syscall": 219, "clock_gettime": 228,
    "clock_getres": 229, "clock_nanosleep": 230, "set_robust_list": 273, "membarrier": 324, "rseq": 334,
    "exit": 60, "exit_group": 231,
    # questions about oneself
    "getpid": 39, "uname": 63, "getrlimit": 97, "getrusage": 98, "sysinfo": 99, "getuid": 102, "getgid": 104,
    "geteuid": 107, "getegid": 108, "getppid": 110, "getpgrp": 111, "getgroups": 115, "getresuid": 118,
    "getresgid": 120, "getpriority": 140, "getcpu": 309, "getrandom": 318,
}  # fmt: skip
REFUSED = {"socket": (41, errno.EACCES), "socketpair": (53, errno.EACCES), "clone3": (435, errno.ENOSYS)}
"""Refused with another error than EPERM: glibc falls back from clone3 to clone, whose flags we can read."""

MMAP, IOCTL, CLONE, FCNTL, PRCTL, PRLIMIT64 = 9, 16, 56, 72, 157, 302
SHARED_ANONYMOUS = 0x21
CLONE_THREAD, CLONE_ANY_NAMESPACE = 0x00010000, 0x7E020000
SOCKET, AF_UNIX = 41, 1
# CUDA's driver does not start without a local socket that it binds to a name and listens on. Nothing here can connect to
# it, accept or send: a socket without these is inert. Before, it asks for its multi-process service by `connect`, and is
# told what it hears where there is none. And it shares memory between its threads by an anonymous shared mapping, so that
# on a GPU such mappings are allowed; no limit counts them.
CUDA_PLAIN = {"bind": 49, "listen": 50}
CUDA_REFUSED = {"connect": (42, errno.ENOENT)}
CUDA_IOCTLS = (0x30000001, 0x30000002)  # UVM_INITIALIZE, UVM_DEINITIALIZE
# The type 'F' (_IOC_TYPE) is nvidia's; nvidia-uvm numbers its own below 256 (nvidia's uvm_linux_ioctl.h).
NVIDIA_IOCTL_TYPE = 0x4600
IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIO(N)CLEX
FCNTLS = (0, 1, 2, 3, 4, 5, 6, 7, 1030)  # duplicate, flags, locks; not F_SETOWN, which sends signals
PRCTLS = (15, 16, 0x53564D41)  # names of threads and of memory areas

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_NUMBER, _ARCH = 0, 4


def supported() -> None:
    """OSError if this list does not fit the machine or the kernel has no seccomp filters."""
    if platform.machine() != "x86_64":
        raise OSError(
            errno.ENOSYS, f"the list of system calls is for x86_64, this machine is {platform.machine()}"
        )
    libc.syscall("seccomp", SYS_SECCOMP, 2, 0, struct.pack("<I", ERRNO))


def program(cuda: bool = False) -> bytes:
    """The filter as BPF instructions; `cuda`: with what NVIDIA's driver needs."""
    refuse, allow = _ret(ERRNO | errno.EPERM), _ret(ALLOW)
    code = [_op(_LOAD, _ARCH), _op(_EQUAL, AUDIT_ARCH_X86_64, 1, 0), _ret(KILL_PROCESS)]
    code += [_op(_LOAD, _NUMBER), _op(_AT_LEAST, X32_BIT, 0, 1), _ret(KILL_PROCESS)]
    for number in (PLAIN | CUDA_PLAIN if cuda else PLAIN).values():
        code += [_op(_EQUAL, number, 0, 1), allow]
    refused = dict(REFUSED.values())
    if cuda:
        del refused[SOCKET]
        refused |= dict(CUDA_REFUSED.values())
    for number, error in refused.items():
        code += [_op(_EQUAL, number, 0, 1), _ret(ERRNO | error)]
    rules = {
        MMAP: [_arg(3), _op(_AND, SHARED_ANONYMOUS), _op(_EQUAL, SHARED_ANONYMOUS, 0, 1), refuse, allow],
        CLONE: [
            _arg(0),
            _op(_ANY_BIT, CLONE_ANY_NAMESPACE, 0, 1),
            refuse,
            _op(_ANY_BIT, CLONE_THREAD, 1, 0),
            refuse,
            allow,
        ],
        IOCTL: _ioctls(cuda),
        FCNTL: _one_of(1, FCNTLS),
        PRCTL: _one_of(0, PRCTLS),
        PRLIMIT64: _one_of(0, (0,)),
    }
    if cuda:
        rules[MMAP] = [allow]
        rules[SOCKET] = [_arg(0), _op(_EQUAL, AF_UNIX, 1, 0), _ret(ERRNO | errno.EACCES), allow]
    for number, body in rules.items():
        code += [_op(_EQUAL, number, 0, len(body)), *body]
    return b"".join([*code, refuse])


def apply(filter_program: bytes) -> None:
    """Confine all threads of this process for good. Needs no_new_privs."""
    code = ctypes.create_string_buffer(filter_program, len(filter_program))
    header = struct.pack("<HxxxxxxQ", len(filter_program) // 8, ctypes.addressof(code))
    libc.syscall("seccomp", SYS_SECCOMP, SET_MODE_FILTER, TSYNC | SPEC_ALLOW, header)


def _ioctls(cuda: bool) -> list[bytes]:
    """By request only: which device it can reach is for Landlock and the private root to say."""
    if not cuda:
        return _one_of(1, IOCTLS)
    refuse, allow = _ret(ERRNO | errno.EPERM), _ret(ALLOW)
    of_nvidia = [
        _op(_AT_LEAST, 0x100, 1, 0),
        allow,
        _op(_AND, 0xFF00),
        _op(_EQUAL, NVIDIA_IOCTL_TYPE, 0, 1),
        allow,
    ]
    listed = [part for value in (*IOCTLS, *CUDA_IOCTLS) for part in (_op(_EQUAL, value, 0, 1), allow)]
    return [_arg(1), *listed, *of_nvidia, refuse]


def _one_of(argument: int, values: tuple[int, ...]) -> list[bytes]:
    tests = [_op(_EQUAL, value, len(values) - i, 0) for i, value in enumerate(values)]
    return [_arg(argument), *tests, _ret(ERRNO | errno.EPERM), _ret(ALLOW)]


def _arg(index: int) -> bytes:
    return _op(_LOAD, 16 + 8 * index)  # the low half: the kernel ignores the high half of these arguments


def _op(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _ret(action: int) -> bytes:
    return _op(_RETURN, action)
