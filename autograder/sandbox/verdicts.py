"""Why there is no result, in one line for a person. The kinds follow isolate's (isolate.1: RE, SG, TO, XX)."""

import posixpath
import signal
from collections.abc import Collection, Mapping
from typing import Any

from autograder.sandbox.limits import MIB, Limits
from autograder.sandbox.messages import LINES, Failure
from autograder.sandbox.output import clean, one_line
from autograder.sandbox.wire import WireError

TEXT_CHARACTERS = 2000
LINE_CHARACTERS = 300
CRASHES = {
    signal.SIGXCPU: "a bound of computing time that the code set for itself: leave resource.setrlimit out",
    signal.SIGSYS: "a system call that the sandbox refuses: use Python and torch, no calls of the system's own",
    **dict.fromkeys(
        (signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF), "a timer that the code set: leave it out"
    ),
}
"""What is behind a signal, and what to do about it."""


def raised(described: object, files: Collection[str], *, gpu: bool) -> Failure:
    """What the sandbox says of an exception, believed in nothing but form; gpu: whether it was given a GPU to fill."""
    if not isinstance(described, dict):
        raise WireError("a failure without a description")
    name, text = described.get("exception"), described.get("text")
    file, line = described.get("file"), described.get("line")
    if not isinstance(name, str) or not isinstance(text, str):
        raise WireError("a failure without a description")
    file = file if isinstance(file, str) and file in files else None
    line = line if file and type(line) is int and 0 < line < LINES else None
    # Cut before it is cleaned: a text may fill a frame.
    name, text = one_line(name[:TEXT_CHARACTERS], 100), clean(text[:TEXT_CHARACTERS])
    message = f"{name}: {one_line(text, LINE_CHARACTERS)}" if text.strip() else name
    if file is not None:
        place = posixpath.basename(file) if line is None else f"{posixpath.basename(file)}, line {line}"
        # A SyntaxError names the place itself.
        message = message if message.endswith(f"({place})") else f"{message} ({place})"
    if described.get("cause") == "memory":
        return Failure("memory", f"out of memory: {message}", name, text, file, line)
    if gpu and described.get("cause") == "device":
        return Failure("device", f"the GPU had no memory left: {message}", name, text, file, line)
    return Failure("exception", message, name, text, file, line)


def timeout(cpu_seconds: float, waiting: bool) -> Failure:
    if waiting:
        return Failure(
            "timeout", "no result: the code was waiting and did not go on (sleep, input or a lock?)"
        )
    return Failure(
        "timeout", f"no result within {cpu_seconds:g} seconds of computing time (a loop that does not end?)"
    )


def protocol(what: str) -> Failure:
    return Failure(
        "protocol", f"the code disturbed the connection to the grader: {one_line(what, LINE_CHARACTERS)}"
    )


def flood(limit: int) -> Failure:
    return Failure("output", f"the code printed more than {limit / MIB:.0f} MiB (a print inside a loop?)")


def events() -> Failure:
    return Failure(
        "output", "the code reported its progress without end (does it write to the grader by itself?)"
    )


def over() -> Failure:
    return Failure("sandbox", "this sandbox is over; grade the rest in a fresh one")


def ended(report: Mapping[str, Any], limits: Limits) -> Failure:
    """The process ended without an answer, and not by our hand."""
    if "lost" in report:
        return Failure("sandbox", "the sandbox was lost: not the fault of the code, grade again")
    number, bound = report["signal"], report["cpu_bound"]
    if number == signal.SIGKILL and bound is not None and report["cpu"] > bound - 1:
        if bound == report["cpu_bound_given"]:
            return Failure(
                "sandbox",
                "this machine bounds the computing time of a process: lift `ulimit -t`, then grade again",
            )
        number = signal.SIGXCPU
    if number == signal.SIGKILL:
        return Failure(
            "memory",
            f"the system ended the process: more than {limits.memory_bytes / MIB:.0f} MiB of memory?",
        )
    if number is not None:
        return Failure(
            "crash",
            f"Python crashed with {signal.Signals(number).name} "
            f"({CRASHES.get(number, 'unbounded recursion in C, ctypes, or an abort?')})",
        )
    return Failure(
        "crash",
        f"the code ended Python, or closed its files (os._exit, os.close?), with status {report['code']}",
    )
