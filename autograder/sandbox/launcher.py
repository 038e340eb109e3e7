"""One sandbox as seen from the zygote: a launcher that reaps and reports, and below it the confined child.

The launcher tells the host the child's process id and a descriptor to kill it by; the child says when it is confined;
the launcher says how it ended.
"""

import array
import fcntl
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from autograder.sandbox.confine import Plan, confine, enter_namespaces, exit_report
from autograder.sandbox.layers import libc
from autograder.sandbox.limits import Limits

Serve = Callable[[int, str, Limits, Mapping[str, Any]], None]
CHANNEL_FD = 3
HIGH_FD = 64
"""Descriptors of ours are kept above this, out of the way of those that the child is given."""


def launch(order: Mapping[str, Any], descriptors: list[int], plan: Plan) -> NoReturn:
    """Body of the launcher process. `descriptors`: channel, output, status, then shared arrays."""
    status = socket.socket(fileno=fcntl.fcntl(descriptors[2], fcntl.F_DUPFD_CLOEXEC, HIGH_FD))
    try:
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != order["zygote"]:
            os._exit(0)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        limits = Limits(**order["limits"])
        enter_namespaces(plan)
        child = os.fork()
        if child == 0:
            _child(order, [*descriptors[:2], *descriptors[3:]], status, plan, limits)
        handle = os.pidfd_open(child)
        _tell(status, {"pid": child}, handle)
        keep = status.fileno()
        os.closerange(0, keep)
        os.closerange(keep + 1, 1 << 16)
        _, wait_status, usage = os.wait4(child, 0)
        _tell(status, {"exit": exit_report(wait_status, usage)})
    except BaseException as error:
        _tell(status, {"error": f"launcher: {type(error).__name__}: {error}"})
    os._exit(0)


def _child(
    order: Mapping[str, Any], descriptors: list[int], status: socket.socket, plan: Plan, limits: Limits
) -> NoReturn:
    try:
        serve: Serve = importlib.import_module("autograder.sandbox.inside.serve").serve
        importlib.import_module(order["program"])
        areas = _arrange(descriptors)
        confine(plan, limits, order["number"])
        sys.path[:] = [path for path in sys.path if plan.view.shows(path)]
        _tell(status, {"ready": list(plan.layers)})
        os.closerange(areas[-1] + 1 if areas else CHANNEL_FD + 1, 1 << 16)
    except BaseException as error:
        _tell(status, {"error": f"{type(error).__name__}: {error}"})
        os._exit(1)
    try:
        serve(CHANNEL_FD, order["program"], limits, dict(zip(order["shared"], areas, strict=True)))
    finally:
        os._exit(0)  # never back into the code of the launcher, whatever was raised


def _arrange(descriptors: list[int]) -> list[int]:
    """Move output and channel to where a process expects them; the shared arrays follow."""
    channel, output, *shared = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, HIGH_FD) for fd in descriptors]
    nothing = os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
    for source, target in ((nothing, 0), (output, 1), (output, 2), (channel, CHANNEL_FD)):
        os.dup2(source, target, inheritable=False)
    for i, source in enumerate(shared):
        os.dup2(source, CHANNEL_FD + 1 + i, inheritable=False)
    return [CHANNEL_FD + 1 + i for i in range(len(shared))]


def _tell(status: socket.socket, message: Mapping[str, Any], *descriptors: int) -> None:
    data = json.dumps(message).encode()
    if descriptors:
        status.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))])
    else:
        os.write(status.fileno(), data)  # a confined process may write, but not call a socket
