"""What a fact asks of the student's code, and what comes back.

A fact yields one Call, or a tuple of Calls that belong together, and is resumed with one Answer each.
Reading an Answer checks the form of the reply in the order none → type → dtype and raises `Broken` with
a sentence for the student; numbers are compared by `autograder.engine.expect`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.engine.facts import Broken, Stage
from autograder.sandbox import Failure, Reply, Request

Numbers = NDArray[np.float64]
TEXT = 500  # characters of what a sandbox says
SHOWN, TYPE = 8, 120  # results whose types are named, and characters of each
LEFT = "left"
NOT_WRITTEN = "not written yet"
"""How the message of a stub begins."""


@dataclass(frozen=True)
class Call:
    """One request to a sandbox, with the words to speak of it."""

    op: str
    label: str
    params: Mapping[str, Any]
    tensors: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    outputs: int = 1
    noise: int | str | None = None
    """What seeds its random numbers: this number, or a name that several calls share; None: the place where it is asked;
    `LEFT`: nothing, they go on where the call before it in the process has left them."""

    def with_noise(self, noise: int | str | None) -> Call:
        """The same, drawing the random numbers that this seeds."""
        return replace(self, noise=noise)

    def request(self, seed: int | None) -> Request:
        return Request(self.op, {**self.params, "seed": seed}, dict(self.tensors))

    @property
    def inputs(self) -> dict[str, NDArray[Any]]:
        """The arguments, without the cotangents."""
        return {k: v for k, v in self.tensors.items() if not k.startswith(("cotangent.", "state.", "shift."))}


def _arguments(
    names: Iterable[str], given: Iterable[Any]
) -> tuple[list[dict[str, Any]], dict[str, NDArray[Any]]]:
    args: list[dict[str, Any]] = []
    tensors: dict[str, NDArray[Any]] = {}
    for name, value in zip(names, given, strict=True):
        if isinstance(value, np.ndarray | np.generic):
            args.append({"tensor": name})
            tensors[name] = np.asarray(value)
        else:
            args.append({"value": value})
    return args, tensors


def _cotangents(weights: Any) -> dict[str, NDArray[Any]]:
    """One array of weights per output; None: ones, made on the other side."""
    if weights is None:
        return {}
    each = weights if isinstance(weights, tuple) else (weights,)
    return {f"cotangent.{index}": np.asarray(weight) for index, weight in enumerate(each)}


@dataclass(frozen=True)
class Function:
    """A function of the student's API: its module, its name, the names of its arguments, how many tensors it returns.

    Calling it makes a Call::

        answer = yield kl_normal(mu1, sigma1, mu2, sigma2, wrt=("mu1",), weights=c)
        close(answer.value, expected)
        close(answer.gradient("mu1"), c * expected_derivative)

    `wrt` names the arguments whose gradient of Σ weights·output is wanted (weights: one array per output, default ones).
    `twice`: it is called once more with the very same tensors, without gradients, see `Answer.repeats`.
    """

    module: str
    name: str
    arguments: tuple[str, ...]
    outputs: int = 1

    def __call__(self, *args: Any, wrt: Iterable[str] = (), weights: Any = None, twice: bool = False) -> Call:
        arguments, tensors = _arguments(self.arguments, args)
        tensors |= _cotangents(weights)
        params = {
            "target": f"{self.module}:{self.name}",
            "args": arguments,
            "wrt": list(wrt),
            "cotangent": weights is not None,
            "twice": twice,
        }
        return Call("call", self.name, params, tensors, self.outputs)


@dataclass(frozen=True)
class ModuleClass:
    """A class of the student's API that is an nn.Module. The current module lives until the next `new`, within one step.

    ::

        _, encoded = yield VAE.new(), VAE.method("encode", x=x)
        mu, logvar = encoded.values
    """

    module: str
    name: str

    def new(
        self,
        *args: int,
        first: Sequence[int] | None = None,
        moved: float = 0,
        shift: Mapping[str, NDArray[Any]] | None = None,
        state: Mapping[str, NDArray[Any]] | None = None,
        **kwargs: Any,
    ) -> Call:
        """Make an instance. The same words give the same one within a submission, whichever fact asks.

        `first`: the shape of an input of forward, for layers that learn their size from it; `moved`: random numbers
        added to every parameter, and all multiplied by it; `shift`: arrays of so many entries are added to these
        parameters, evenly spaced; `state`: load these arrays.
        """
        tensors = {f"state.{k}": v for k, v in (state or {}).items()}
        tensors |= {f"shift.{k}": v for k, v in (shift or {}).items()}
        params = {
            "target": f"{self.module}:{self.name}",
            "args": args,
            "kwargs": kwargs,
            "first": first,
            "moved": moved,
            "shifted": shift is not None,
            "state": state is not None,
        }
        given = [*map(str, args), *(f"{k}={v}" for k, v in kwargs.items())]
        words = None if state is not None else f"{self.name}{[*params.values()]}"
        return Call("module.new", f"{self.name}({', '.join(given)})", params, tensors, noise=words)

    def method(
        self,
        name: str,
        *,
        outputs: int = 1,
        mode: str = "eval",
        wrt: Iterable[str] = (),
        weights: Any = None,
        parameter_grads: bool = False,
        entries: int = 0,
        every: int = 1,
        twice: bool = False,
        unregistered: bool = False,
        **args: Any,
    ) -> Call:
        """Call a method of the current instance in mode "train", "eval", or that which the last call "left" behind.

        `parameter_grads`: the norm of every parameter's gradient comes back, and at most so many of its `entries`, evenly
        spaced; `every`: of the first result, every so many columns.
        `twice`: it is called once more with the very same tensors, without gradients, see `Answer.repeats`.
        `unregistered`: whether something takes part that learns, but is no parameter of the instance (without gradients).
        """
        arguments, tensors = _arguments(args.keys(), args.values())
        tensors |= _cotangents(weights)
        params = {
            "method": name,
            "args": arguments,
            "mode": mode,
            "wrt": list(wrt),
            "cotangent": weights is not None,
            "parameter_grads": parameter_grads,
            "entries": entries,
            "every": every,
            "twice": twice,
            "unregistered": unregistered,
        }
        return Call("module.call", f"{self.name}.{name}", params, tensors, outputs)

    def on_meta(self, name: str, *given: tuple[int, ...] | int, mode: str = "train") -> Call:
        """Call a method on the meta device, with tensors of these shapes or with numbers: no content comes back, and
        any tensor that is made on the CPU inside makes it fail."""
        args = [{"value": a} if isinstance(a, int) else {"shape": list(a), "dtype": "float32"} for a in given]
        return Call("module.meta", f"{self.name}.{name}", {"method": name, "args": args, "mode": mode})

    def state(self) -> Call:
        """Parameters and buffers of the current instance."""
        return Call("module.state", f"{self.name}.state_dict", {})


def constants(module: str) -> Call:
    """The upper-case constants of a student's file."""
    return Call("constants", module.rpartition(".")[2], {"module": module})


@dataclass(frozen=True)
class Answer:
    """The reply to one Call."""

    call: Call
    reply: Reply

    @property
    def failure(self) -> Failure | None:
        return self.reply.failure

    @property
    def facts(self) -> Mapping[str, Any]:
        """The JSON values of a reply that came without failure."""
        if self.reply.failure is not None:
            message = _failed(self.call, self.reply.failure)
            raise Broken(message, failure=self.reply.failure, stage=Stage.NONE)
        return self.reply.values

    @cached_property
    def values(self) -> tuple[Numbers, ...]:
        """All returned tensors, widened to float64."""
        outputs = self.facts["outputs"]
        several = self.facts["container"] in ("tuple", "list")
        if self.call.outputs > 1 and (not several or len(outputs) != self.call.outputs):
            text = f"should return {self.call.outputs} tensors, got {_described(outputs)}"
            raise Broken(self.say(text), stage=Stage.NONE if _nothing(outputs) else Stage.TYPE)
        if self.call.outputs == 1 and several:
            kind = self.facts["container"]
            text = f"should return one tensor, got a {kind} of {len(outputs)}"
            raise Broken(self.say(text), stage=Stage.TYPE)
        for output in outputs:
            if output["kind"] == "none":
                raise Broken(self.say("returned None: is a `return` missing?"), stage=Stage.NONE)
            if output["kind"] != "tensor":
                text = f"should return a torch.Tensor, got {_described([output])}"
                raise Broken(self.say(text), stage=Stage.TYPE)
            if not str(output.get("dtype")).startswith(("float", "bfloat")):
                text = f"should return floating-point numbers, got {output.get('dtype')}"
                raise Broken(self.say(text), stage=Stage.DTYPE)
        return tuple(
            np.asarray(self.reply.tensors[f"out.{i}"]).astype(np.float64) for i in range(len(outputs))
        )

    @property
    def value(self) -> Numbers:
        """The returned tensor, widened to float64."""
        return self.values[0]

    def gradient(self, name: str) -> Numbers:
        """∂ Σ weights·output / ∂ name, in the shape of the argument."""
        self.values  # noqa: B018  (a reply of the wrong form is named before a missing gradient)
        if "gradient_error" in self.facts:
            text = f"cannot be differentiated: {str(self.facts['gradient_error'].get('text', ''))[:TEXT]}"
            raise Broken(self.say(text), stage=Stage.GRADIENT)
        if self.facts["grads"].get(name) != "ok":
            reason = "detached, `.item()`, `.numpy()` or `no_grad` break the graph"
            text = f"gives no gradient with respect to {name} ({reason})"
            raise Broken(self.say(text), stage=Stage.GRADIENT)
        return np.asarray(self.reply.tensors[f"grad.{name}"]).astype(np.float64)

    @property
    def dtype(self) -> str:
        """dtype of the first output, as torch names it (`float32`)."""
        self.values  # noqa: B018
        return str(self.facts["outputs"][0].get("dtype"))

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of arguments that the call modified in place: the sandbox's own word, for a message. See `repeats`."""
        return tuple(self.facts["changed"])

    @property
    def leaves(self) -> str | None:
        """Which of torch's global settings the call leaves otherwise than it found them: the sandbox's own word."""
        if not self.facts["gradients"]:
            return "switches gradients off for good: use `with torch.no_grad()`, which ends"
        if self.facts["default_dtype"] != "float32":
            default = self.facts["default_dtype"]
            return f"leaves {default} as torch's default dtype: whatever is made after it has another dtype"
        return None

    def repeats(self, *results: int) -> bool:
        """Whether the second of two calls with the very same tensors gave these results (default: all) of the first again.

        Where the first one changed them in place, it hardly can. True also of what was called once.
        """
        if not self.call.params.get("twice"):
            return True
        values = self.values
        for i in results or range(len(values)):
            again, rounding = self.again(i), 1e-6 * np.abs(values[i]).max(initial=0.0)
            if again.shape != values[i].shape or not np.allclose(again, values[i], 1e-5, rounding, True):
                return False
        return True

    def again(self, i: int) -> Numbers:
        """A result of the second of two calls; empty where that gave no tensor."""
        return np.asarray(self.reply.tensors.get(f"again.{i}", ())).astype(np.float64)

    def say(self, text: str) -> str:
        return f"{self.call.label} {text}"


def _nothing(outputs: list[dict[str, Any]]) -> bool:
    return all(output["kind"] == "none" for output in outputs)


def _described(outputs: list[dict[str, Any]]) -> str:
    kinds = [o["type"][:TYPE] if o["kind"] != "none" else "None" for o in outputs[:SHOWN]]
    return ", ".join([*kinds, *(["…"] if len(outputs) > SHOWN else [])]) if kinds else "nothing"


def _failed(call: Call, failure: Failure) -> str:
    if failure.cause == "exception" and failure.exception == "NotImplementedError" and failure.text:
        return f"{NOT_WRITTEN} ({failure.text})"
    return f"{call.label}: {failure.message}"


def evidence_inputs(calls: Iterable[Call]) -> dict[str, NDArray[Any]]:
    """The arguments of a fact's calls, for the table that a person reads."""
    shown: dict[str, NDArray[Any]] = {}
    for call in calls:
        for name, value in call.inputs.items():
            shown.setdefault(name, value)
    return shown
