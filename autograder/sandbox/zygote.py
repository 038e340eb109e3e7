"""The zygote: `python -I -m autograder.sandbox.zygote CONTROL CONFIG`, started by the host with a clean environment.

It imports torch once and then only forks: no secret was ever in its memory, it has one thread, it never touches CUDA
and never computes anything (a thread pool would not survive a fork).
"""

import array
import fcntl
import gc
import importlib
import json
import os
import resource
import shutil
import socket
import sys
from dataclasses import asdict
from typing import Any

from autograder.sandbox import probe
from autograder.sandbox.confine import Plan
from autograder.sandbox.gpu import with_gpu
from autograder.sandbox.launcher import Launcher
from autograder.sandbox.layers.landlock import HIGH_FD
from autograder.sandbox.view import current

MESSAGE_BYTES = 1 << 16
MAX_DESCRIPTORS = 32
OPEN_FILES = 1024  # three for each sandbox that is open, above HIGH_FD; every system allows as many


def main(control_fd: int, config: dict[str, Any]) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < OPEN_FILES:
        raise SystemExit(f"this machine allows {hard} open files where {OPEN_FILES} are needed (`ulimit -n`)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    control = socket.socket(fileno=fcntl.fcntl(control_fd, fcntl.F_DUPFD_CLOEXEC, HIGH_FD))
    os.close(control_fd)
    plans = _prepare(control, config)
    # Only now: the host should hear of a missing layer before it waits for torch.
    libraries = importlib.import_module("autograder.sandbox.inside.libraries")
    libraries.warm_up()
    _freeze()
    _say(control, {"versions": libraries.versions()})
    launcher = Launcher(plans)
    while True:
        launcher.wait(control)
        message, rights, _, _ = control.recvmsg(
            MESSAGE_BYTES, socket.CMSG_SPACE(4 * MAX_DESCRIPTORS), socket.MSG_CMSG_CLOEXEC
        )
        if not message:
            break
        order = json.loads(message)
        if order["op"] == "spawn":
            launcher.spawn(order, _received(rights))
        elif order["op"] == "preload":
            _say(control, _preload(order["modules"]))
        elif order["op"] == "facts":
            _say(control, libraries.facts())
    launcher.close()


def _prepare(control: socket.socket, config: dict[str, Any]) -> dict[str, Plan]:
    """How sandboxes are confined, by the device that they may use."""
    narrow, wide = current(), with_gpu(current())
    cuda = config["device"] == "cuda"
    found = probe.reports(config["without"], wide if cuda else narrow)
    _say(control, {"reports": [asdict(report) for report in found]})
    layers = [report.name for report in found if report.available]
    plans = {"cpu": Plan.prepare(layers, narrow)}
    return {**plans, "cuda": Plan.prepare(layers, wide, cuda=True)} if cuda else plans


def _freeze() -> None:
    """Keep what is loaded out of every child's garbage collections: pages that are not written stay shared."""
    gc.collect()
    gc.freeze()
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise SystemExit(f"the zygote has {threads} threads; a fork of it would not be sound")


def _preload(modules: list[str]) -> dict[str, Any]:
    failed = {}
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception as error:
            failed[name] = f"{type(error).__name__}: {error}"[:500]
    _freeze()
    return {"failed": failed}


def _received(rights: list[tuple[int, int, bytes]]) -> list[int]:
    numbers = array.array("i")
    for _, _, data in rights:
        numbers.frombytes(data)
    return list(numbers)


def _say(control: socket.socket, message: dict[str, Any]) -> None:
    control.send(json.dumps(message).encode())


if __name__ == "__main__":
    settings = json.loads(sys.argv[2])
    try:
        main(int(sys.argv[1]), settings)
    finally:
        # The host removes its folder too, unless it was killed, perhaps while torch was still being imported here.
        shutil.rmtree(settings["home"], ignore_errors=True)
    os._exit(0)  # taking the interpreter and its libraries apart would cost a quarter of a second
