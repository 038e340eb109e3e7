"""Forks one confined child per sandbox, tells the host how to kill it, reaps it and reports how it ended.

On the status socket: the process id and a descriptor to kill by, from here; `ready` or `error`, from the child before
any student code; `exit`, from here. The zygote forks its children directly: another process between them would cost
as much again as the sandbox itself.
"""

import array
import contextlib
import fcntl
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from autograder.sandbox.confine import Plan, confine
from autograder.sandbox.layers import namespaces
from autograder.sandbox.layers.landlock import HIGH_FD
from autograder.sandbox.limits import Limits

Serve = Callable[[int, str, Limits, Mapping[str, Any]], None]
CHANNEL_FD = 3
ALL_FDS = 1 << 20


class Launcher:
    """The children of this process."""

    def __init__(self, plans: Mapping[str, Plan]) -> None:
        self._plans = plans
        self._children: dict[int, tuple[int, int]] = {}
        self._number = os.getpid()

    def spawn(self, order: Mapping[str, Any], descriptors: Sequence[int]) -> None:
        """Fork a child. `descriptors`: channel, output, status, then shared arrays; they are closed here."""
        status = fcntl.fcntl(descriptors[2], fcntl.F_DUPFD_CLOEXEC, HIGH_FD)
        self._number += 1
        plan = self._plans[order["device"]]
        try:
            with namespaces.process_ids("namespaces" in plan.layers):
                child = os.fork()
        except OSError as error:
            _tell(status, {"error": f"fork: {error}"})
            os.close(status)
            child = -1
        if child == 0:
            _child(order, [*descriptors[:2], *descriptors[3:]], status, plan, self._number)
        for descriptor in descriptors:
            os.close(descriptor)
        if child > 0:
            handle = os.pidfd_open(child)
            self._children[handle] = (child, status)
            _tell(status, {"pid": child}, handle)

    def wait(self, control: socket.socket) -> None:
        """Reap what ends until the host has something to say."""
        while True:
            poller = select.poll()
            for descriptor in (control.fileno(), *self._children):
                poller.register(descriptor, select.POLLIN)
            ready = {descriptor for descriptor, _ in poller.poll()}
            for handle in ready & set(self._children):
                self._reap(handle)
            if control.fileno() in ready:
                return

    def close(self) -> None:
        """End and reap every child."""
        for handle in list(self._children):
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            self._reap(handle)

    def _reap(self, handle: int) -> None:
        child, status = self._children.pop(handle)
        bound, given = _cpu_bound(child), resource.getrlimit(resource.RLIMIT_CPU)[1]
        _, wait_status, usage = os.wait4(child, 0)
        report = {
            "signal": os.WTERMSIG(wait_status) if os.WIFSIGNALED(wait_status) else None,
            "code": os.WEXITSTATUS(wait_status) if os.WIFEXITED(wait_status) else None,
            "cpu": usage.ru_utime + usage.ru_stime,
            "cpu_bound": bound,
            "cpu_bound_given": given if given != resource.RLIM_INFINITY else None,
        }
        _tell(status, {"exit": report})
        os.close(status)
        os.close(handle)


def _child(
    order: Mapping[str, Any], descriptors: Sequence[int], status: int, plan: Plan, number: int
) -> NoReturn:
    """Body of the child process. Leaves only by _exit: nothing of the zygote's own code may run here again."""
    try:
        limits = Limits(**order["limits"])
        serve: Serve = importlib.import_module("autograder.sandbox.inside.serve").serve
        importlib.import_module(order["program"])
        areas = _arrange(descriptors)
        if not plan.cuda:
            os.environ["CUDA_VISIBLE_DEVICES"] = ""
        confine(plan, limits, number)
        sys.path[:] = [path for path in sys.path if plan.view.shows(path)]
        _tell(status, {"ready": list(plan.layers)})
        os.closerange(CHANNEL_FD + 1 + len(areas), ALL_FDS)
    except BaseException as error:
        _tell(status, {"error": f"{type(error).__name__}: {error}"})
        os._exit(1)
    try:
        serve(CHANNEL_FD, order["program"], limits, dict(zip(order["shared"], areas, strict=True)))
        os._exit(0)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _cpu_bound(child: int) -> int | None:
    """Seconds of computing after which the kernel kills it, as last set, perhaps by itself; None: no bound, or unknown.

    (At the soft bound it sends SIGXCPU. A sandbox is given both as one, so that who meets the soft one has lowered it.)
    """
    try:
        with open(f"/proc/{child}/limits") as limits:
            hard = next(line.split()[4] for line in limits if line.startswith("Max cpu time"))
    except OSError:  # where processes are hidden from each other (hidepid)
        return None
    return int(hard) if hard.isdigit() else None


def _arrange(descriptors: Sequence[int]) -> list[int]:
    """Move output and channel to where a process expects them; the shared arrays follow."""
    channel, output, *shared = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, HIGH_FD) for fd in descriptors]
    nothing = os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
    for source, target in ((nothing, 0), (output, 1), (output, 2), (channel, CHANNEL_FD)):
        os.dup2(source, target, inheritable=False)
    areas = [CHANNEL_FD + 1 + i for i in range(len(shared))]
    for source, target in zip(shared, areas, strict=True):
        os.dup2(source, target, inheritable=False)
    return areas


def _tell(status: int, message: Mapping[str, Any], *descriptors: int) -> None:
    data = json.dumps(message).encode()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the host no longer listens
        if not descriptors:
            os.write(status, data)  # a confined process may write, but not call a socket
            return
        with socket.socket(fileno=os.dup(status)) as stream:
            stream.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))])
