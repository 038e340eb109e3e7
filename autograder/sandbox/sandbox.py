"""One sandbox as the grader sees it: requests in, replies out, deadlines, and why it ended."""

import array
import contextlib
import json
import os
import secrets
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any

from autograder.errors import SandboxError
from autograder.sandbox import verdicts
from autograder.sandbox.idle import Idleness
from autograder.sandbox.limits import Limits
from autograder.sandbox.messages import Failure, Reply, Request
from autograder.sandbox.output import Tail, presentable
from autograder.sandbox.wire import Decoder, Frame, WireError, encode, pack, unpack

OnEvent = Callable[[dict[str, Any]], None]
END_SECONDS = 10.0
PAUSE_SECONDS = 0.003
"""Replies are small and many: to read a few at a time costs both sides less than to wake up for each."""
IDLE_AFTER = 1.0
"""Seconds on the clock after which one looks whether it works at all: most replies come within a thousandth."""
EVENTS_PER_REPLY = 10_000
"""A training run sends about a hundred."""
ID_BYTES = 6
FAILURE_BYTES = 64 * 1024
"""The description of an exception has 2200 characters, at most 12 bytes each."""
JSON_WEIGHT = 20
"""A byte of JSON becomes at most about so many bytes of objects: `[],` is three bytes, a list 56."""


class Ended(Exception):
    """The sandbox is over, and why."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure


class Sandbox:
    """A confined process with a student's files in it. Made by `Zygote.open`; a context manager."""

    def __init__(
        self,
        channel: socket.socket,
        status: socket.socket,
        output: int,
        limits: Limits,
        files: tuple[str, ...],
        gpu: bool,
    ) -> None:
        self._channel, self._status, self._output = channel, status, output
        self._limits, self._files, self._gpu = limits, files, gpu
        self._tail = Tail(limits.output_bytes)
        self._decoder = Decoder(limits.reply_bytes + (1 << 20))
        self._frames: list[Frame] = []
        self._outgoing = memoryview(b"")
        # Requests without an answer yet, and those whose answers nobody waits for any more.
        self._asked: set[int] = set()
        self._abandoned: set[int] = set()
        self._handle: int | None = None
        self._pid = 0
        self._exit: Mapping[str, Any] | None = None
        self._hung_up = False
        self._ending: Failure | None = None
        self._over = False
        self._output_open = True
        self._closed = False
        for descriptor in (channel.fileno(), output):
            os.set_blocking(descriptor, False)

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def output(self) -> str:
        """Tail of what the student's code printed, without control characters."""
        return self._tail.text()

    @property
    def pid(self) -> int:
        """Process id of the confined process, as the host sees it."""
        return self._pid

    def start(self, first: bytes) -> None:
        """Wait until the child is confined, then queue its first frame."""
        self._status.settimeout(max(30.0, self._limits.start_seconds))
        said: dict[str, Any] = {}
        try:
            # The zygote names the process, and the process itself says how it went, in any order.
            while not ("pid" in said and said.keys() & {"ready", "error"}):
                said |= self._hear()
        except OSError as error:
            said.setdefault("error", str(error))
        if "error" in said:
            self.close()
            raise SandboxError(
                f"a sandbox did not start: {said['error']}. Run `autograder doctor`, then grade again"
            )
        self._outgoing = memoryview(first)

    def exchange(self, requests: Sequence[Request], on_event: OnEvent | None = None) -> Iterator[Reply]:
        """Send all requests in one message and yield one reply per request, in order, as they come.

        After a failure other than an exception the sandbox is over: that failure is yielded for the request that it
        touched, and nothing after it.
        """
        drawn = secrets.token_bytes(ID_BYTES * len(requests))
        ids = [int.from_bytes(drawn[i : i + ID_BYTES]) for i in range(0, len(drawn), ID_BYTES)]
        self._queue(requests, ids)
        for request, call_id in zip(requests, ids, strict=True):
            reply = self._reply(request.op, call_id, on_event)
            self._asked.remove(call_id)
            yield reply
            if reply.failure is not None and reply.failure.cause != "exception":
                return

    def close(self) -> None:
        """End the process, wait until it is reaped, release everything."""
        if self._closed:
            return
        self._closed = self._over = True
        self._kill()
        self._await_exit(END_SECONDS)
        self._drain()
        self._channel.close()
        self._status.close()
        os.close(self._output)
        if self._handle is not None:
            os.close(self._handle)

    def _queue(self, requests: Sequence[Request], ids: Sequence[int]) -> None:
        items = [
            {"id": i, "op": r.op, "params": r.params, "tensors": list(r.tensors)}
            for i, r in zip(ids, requests, strict=True)
        ]
        arrays = {f"{i}.{name}": a for i, r in enumerate(requests) for name, a in r.tensors.items()}
        self._abandoned |= self._asked
        self._asked = set(ids)
        self._outgoing = memoryview(bytes(self._outgoing) + encode({"requests": items}, pack(arrays)))

    def _reply(self, op: str, call_id: int, on_event: OnEvent | None) -> Reply:
        cpu_start, wall_start = self._cpu_seconds(), time.monotonic()
        cpu_end = cpu_start + self._limits.cpu_budget(op)
        wall_end = wall_start + self._limits.wall_budget(op)
        idleness: Idleness | None = None
        events = size = 0
        try:
            if self._over:
                raise Ended(verdicts.over())
            while True:
                while self._frames:
                    frame = self._frames.pop(0)
                    said = frame.header.get("id")
                    if type(said) is int and said in self._abandoned:  # a list cannot be looked up
                        continue
                    if said != call_id:
                        raise WireError("an answer to a question that was not asked")
                    if "event" not in frame.header:
                        reply = self._read_reply(frame, self._cpu_seconds() - cpu_start)
                        return reply if idleness is None else replace(reply, idle_seconds=idleness.seconds())
                    if on_event is None or not isinstance(frame.header["event"], dict):
                        raise WireError("a report of progress that nobody asked for")
                    events, size = events + 1, size + frame.header_bytes + len(frame.body)
                    if events > EVENTS_PER_REPLY or size > self._limits.output_total_bytes:
                        raise Ended(verdicts.events())
                    on_event(frame.header["event"])
                if self._hung_up:
                    raise Ended(self._ending or self._why_it_ended())
                cpu_left, wall_left = cpu_end - self._cpu_seconds(), wall_end - time.monotonic()
                if idleness is None and time.monotonic() > wall_start + IDLE_AFTER:
                    idleness = Idleness(self._pid, self._cpu_seconds)
                idle = idleness.seconds() if idleness is not None else 0.0
                if cpu_left <= 0 or wall_left <= 0 or idle > self._limits.idle_budget(op):
                    raise Ended(verdicts.timeout(self._limits.cpu_budget(op), waiting=cpu_left > 0))
                self._poll(min(0.25, max(0.005, min(cpu_left / 4, wall_left))))
        except WireError as error:
            ended = Ended(verdicts.protocol(str(error)))
        except Ended as error:
            ended = error
        used, idle = self._cpu_seconds() - cpu_start, idleness.seconds() if idleness is not None else 0.0
        self._over = True
        self._kill()
        self._await_exit(END_SECONDS)
        self._drain()
        return Reply(cpu_seconds=max(0.0, used), idle_seconds=idle, failure=ended.failure)

    def _read_reply(self, frame: Frame, cpu: float) -> Reply:
        if "failure" in frame.header:
            if frame.header_bytes > FAILURE_BYTES:
                raise WireError("an exception that is too long")
            failure = verdicts.raised(frame.header["failure"], self._files, gpu=self._gpu)
            return Reply(cpu_seconds=cpu, failure=failure, size=JSON_WEIGHT * frame.header_bytes)
        values = frame.header.get("values")
        if not isinstance(values, dict):
            raise WireError("an answer without values")
        if not frame.harmless:
            values = presentable(values)
        size = len(frame.body) + JSON_WEIGHT * frame.header_bytes
        return Reply(values=values, tensors=unpack(frame.body), cpu_seconds=cpu, size=size)

    def _poll(self, seconds: float) -> None:
        """Move bytes in every direction that is ready, for at most this long."""
        if not self._outgoing and not self._decoder.within_frame:
            time.sleep(PAUSE_SECONDS)
        poller = select.poll()
        wanted = select.POLLIN | (select.POLLOUT if self._outgoing else 0)
        poller.register(self._channel, wanted)
        if self._output_open:
            poller.register(self._output, select.POLLIN)
        if self._exit is None:
            poller.register(self._status, select.POLLIN)
        for descriptor, happened in poller.poll(seconds * 1000):
            if descriptor == self._output:
                self._read_output()
            elif descriptor == self._status.fileno():
                with contextlib.suppress(OSError):
                    self._hear()
            else:
                if happened & select.POLLOUT:
                    self._write_channel()
                if happened & (select.POLLIN | select.POLLHUP | select.POLLERR):
                    self._read_channel()

    def _read_channel(self) -> None:
        try:
            data = self._channel.recv(1 << 20)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._hung_up = not data
        try:
            for frame in self._decoder.feed(data):
                self._frames.append(frame)
        except WireError as error:
            self._hung_up = True
            self._end(verdicts.protocol(str(error)))

    def _write_channel(self) -> None:
        try:
            self._outgoing = self._outgoing[self._channel.send(self._outgoing) :]
        except BlockingIOError:
            return
        except OSError:
            self._outgoing = memoryview(b"")  # it is gone; what it said before is still to be read

    def _read_output(self) -> None:
        try:
            data = os.read(self._output, 1 << 16)
        except BlockingIOError:
            return
        self._output_open = bool(data)
        self._tail.add(data)
        if self._tail.total > self._limits.output_total_bytes:
            self._end(verdicts.flood(self._limits.output_total_bytes))

    def _end(self, failure: Failure) -> None:
        """Kill it for this reason. What it answered before is still read: one bad call costs no other."""
        self._ending = self._ending or failure
        self._kill()

    def _drain(self) -> None:
        """The last words of a process that has ended."""
        for _ in range(64):
            if self._output_open:
                self._read_output()

    def _why_it_ended(self) -> Failure:
        if self._exit is None and self._handle and not select.select([self._handle], [], [], 1.0)[0]:
            return verdicts.protocol("it closed the channel and went on")
        self._await_exit(END_SECONDS)
        return verdicts.ended(self._exit or {"lost": True}, self._limits)

    def _cpu_seconds(self) -> float:
        """CPU time of the child so far, from the kernel's clock of that process (clock_getcpuclockid(3))."""
        if self._exit is not None:
            return float(self._exit.get("cpu", 0.0))
        try:
            return time.clock_gettime((~self._pid << 3) | 2)
        except OSError:
            return 0.0

    def _kill(self) -> None:
        if self._handle is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def _await_exit(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        with contextlib.suppress(OSError):
            while self._exit is None and self._handle is not None:
                self._status.settimeout(max(0.001, deadline - time.monotonic()))
                self._hear()

    def _hear(self) -> Mapping[str, Any]:
        """One message of the zygote, or of our own part of the child before any student code."""
        data, rights, _, _ = self._status.recvmsg(1 << 16, socket.CMSG_SPACE(4), socket.MSG_CMSG_CLOEXEC)
        if not data:
            self._exit = self._exit or {"lost": True}
            raise ConnectionError("the zygote is gone")
        message: Mapping[str, Any] = json.loads(data)
        if "pid" in message:
            numbers = array.array("i")
            numbers.frombytes(rights[0][2])
            self._pid, self._handle = int(message["pid"]), numbers[0]
        if "exit" in message:
            self._exit = message["exit"]
        return message
