"""The loop of a sandbox: one message of requests in, one frame per reply out, in order."""

import io
import mmap
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from autograder.sandbox.inside import tensors as codec
from autograder.sandbox.inside.failures import describe
from autograder.sandbox.inside.importer import Submission
from autograder.sandbox.limits import Limits
from autograder.sandbox.wire import Decoder, Frame, encode


@dataclass(frozen=True)
class Received:
    """One request as a handler sees it."""

    params: Mapping[str, Any]
    tensors: Mapping[str, torch.Tensor]
    submission: Submission
    shared: Mapping[str, torch.Tensor]
    limits: Limits


Emit = Callable[[Mapping[str, Any]], None]
Answer = tuple[Mapping[str, Any], Mapping[str, torch.Tensor]]
Handler = Callable[[Received, Emit], Answer]


def serve(channel: int, program: str, limits: Limits, shared: Mapping[str, Any]) -> None:
    """Answer until the grader closes the channel. The first frame brings the files and the shapes of shared arrays."""
    handlers: Mapping[str, Handler] = sys.modules[program].HANDLERS
    _print_to_pipe()
    frames = _frames(channel)
    first = next(frames)
    contents = codec.unpack(first.body)
    names = first.header["files"]
    files = {name: bytes(contents[str(i)].numpy()) for i, name in enumerate(names)}
    submission = Submission(files)
    areas = {name: _map(shared[name], *form) for name, form in first.header["shared"].items()}
    for frame in frames:
        arguments = codec.unpack(frame.body)
        for index, item in enumerate(frame.header["requests"]):
            named = {name: arguments[f"{index}.{name}"] for name in item["tensors"]}
            request = Received(item["params"], named, submission, areas, limits)
            _answer(channel, handlers, item["op"], item["id"], request)


def _answer(channel: int, handlers: Mapping[str, Handler], op: str, call_id: int, request: Received) -> None:
    def emit(event: Mapping[str, Any]) -> None:
        _write(channel, encode({"id": call_id, "event": event}))

    try:
        values, results = handlers[op](request, emit)
        reply = encode({"id": call_id, "values": values}, codec.pack(results, request.limits.reply_bytes))
    # sys.exit and KeyboardInterrupt are answers of student code like any other.
    except BaseException as error:
        reply = encode({"id": call_id, "failure": describe(error)})
    _flush()
    _write(channel, reply)


def _print_to_pipe() -> None:
    """New streams: those of the zygote took its /dev/null for a file that can be sought in."""
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        raw = io.FileIO(descriptor, "w", closefd=False)
        stream = io.TextIOWrapper(
            io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace", line_buffering=True
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # closed or replaced by student code
            continue


def _frames(channel: int) -> Iterator[Frame]:
    decoder = Decoder(body_bytes=1 << 34)
    while data := os.read(channel, 1 << 20):
        yield from decoder.feed(data)


def _write(channel: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(channel, rest) :]


def _map(descriptor: int, dtype: str, shape: list[int]) -> torch.Tensor:
    """A shared array: the pages are common until someone writes, and then the writer's own."""
    kind = codec.DTYPES[dtype]
    size = os.fstat(descriptor).st_size
    if size == 0:
        return torch.empty(shape, dtype=kind)
    area = mmap.mmap(descriptor, size, access=mmap.ACCESS_COPY)
    os.close(descriptor)
    return torch.frombuffer(area, dtype=kind).reshape(shape)
