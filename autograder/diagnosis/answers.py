"""What a function answered to a question, as far as it is graded, and when two answers are the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from autograder.engine.calls import Call
from autograder.sandbox import Reply

Numbers = NDArray[np.float64]
RTOL = 1e-6
RTOL_COARSE = 1e-4  # where anything but float64 takes part
ATOL = 1e-12
ATOL_COARSE = 1e-5  # of the largest entry of a gradient


@dataclass(frozen=True)
class Graded:
    """Which gradients of a function count, and how.

    ungraded: arguments whose gradient is free. tables: arguments that are log-probabilities along their last axis;
    their gradient g counts up to multiples of the probabilities q, since only directions that keep Σ q = 1 exist,
    and not at all where a probability is 0.
    """

    ungraded: Collection[str] = ()
    tables: Collection[str] = ()


EVERYTHING = Graded()


@dataclass(frozen=True)
class Seen:
    """One answer in double precision. `gradients`: None where none came back.

    `exception`: the type of what was raised instead of an answer; "" for a process that has ended.
    """

    outputs: tuple[Numbers, ...] = ()  # of a call that is made twice: then those of the second
    dtypes: tuple[str, ...] = ()
    gradients: Mapping[str, Numbers | None] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    form: tuple[object, ...] = ()  # how many, and those that are no tensors: numbers, None
    undifferentiable: bool = False  # taking the gradient raised
    exception: str | None = None
    coarse: bool = False

    @property
    def finite(self) -> bool:
        """Whether there are tensors, and all numbers in them are finite."""
        arrays = [*self.outputs, *(g for g in self.gradients.values() if g is not None)]
        return bool(self.outputs) and all(bool(np.isfinite(a).all()) for a in arrays)

    @property
    def values(self) -> Seen:
        """The same without what only a gradient shows."""
        return replace(self, gradients={}, undifferentiable=False)


def seen(call: Call, reply: Reply, graded: Graded) -> Seen:
    """What is graded of a reply."""
    if reply.failure is not None:
        return Seen(exception=reply.failure.exception or "")
    values, outputs = reply.values, reply.values["outputs"]
    tensors = {i: reply.tensors[f"out.{i}"] for i, o in enumerate(outputs) if o["kind"] == "tensor"}
    again = [reply.tensors[name] for i in tensors if (name := f"again.{i}") in reply.tensors]
    gradients: dict[str, Numbers | None] = {}
    for name in call.params["wrt"]:
        if name not in graded.ungraded:
            raw = reply.tensors[f"grad.{name}"] if values["grads"].get(name) == "ok" else None
            table = call.tensors[name] if name in graded.tables else None
            if table is None:
                gradients[name] = None if raw is None else raw.astype(np.float64)
            elif np.isfinite(table).all():
                gradients[name] = None if raw is None else _along_tables(raw.astype(np.float64), table)
    others = [(o["kind"], o["type"], o.get("value")) if o["kind"] != "tensor" else "tensor" for o in outputs]
    arrays = [*tensors.values(), *(a for name, a in reply.tensors.items() if name.startswith("grad."))]
    return Seen(
        outputs=tuple(a.astype(np.float64) for a in (*tensors.values(), *again)),
        dtypes=tuple(str(outputs[i].get("dtype")) for i in tensors),
        gradients=gradients,
        changed=tuple(sorted(call.inputs.keys() & set(values["changed"]))),  # no other text of a sandbox
        form=(values["container"] in ("tuple", "list"), *others),
        undifferentiable="gradient_error" in values,
        coarse=any(a.dtype != np.float64 for a in arrays),
    )


def agree(one: Seen, other: Seen, rtol: float | None = None) -> bool:
    """Whether two answers are the same: form, values, gradients or their lack, nan and inf."""
    if one.exception is not None or other.exception is not None:
        return bool(one.exception) and one.exception == other.exception
    tolerance = rtol or (RTOL_COARSE if one.coarse or other.coarse else RTOL)
    return (
        (one.form, one.dtypes, one.changed) == (other.form, other.dtypes, other.changed)
        and one.undifferentiable == other.undifferentiable
        and same(one.outputs, other.outputs, tolerance)
        and one.gradients.keys() == other.gradients.keys()
        and all(_same_gradient(g, other.gradients[name], tolerance) for name, g in one.gradients.items())
    )


def same(these: tuple[Numbers, ...], those: tuple[Numbers, ...], rtol: float = RTOL) -> bool:
    """Whether the arrays have the same shapes and numbers."""
    return len(these) == len(those) and all(
        close(one, other, rtol) for one, other in zip(these, those, strict=True)
    )


def close(one: Numbers, other: Numbers, rtol: float = RTOL, atol: float = ATOL) -> bool:
    """Whether two arrays have the same shape and numbers, nan and inf at the same places."""
    if one.shape != other.shape:
        return False
    with np.errstate(all="ignore"):
        return bool(np.allclose(one, other, rtol=rtol, atol=atol, equal_nan=True))


def _same_gradient(one: Numbers | None, other: Numbers | None, rtol: float) -> bool:
    """An argument that is forgotten gets no gradient, and one that is multiplied by 0 gets zeros: the same slip."""
    if one is None or other is None:
        return not any(array is not None and array.any() for array in (one, other))
    largest = float(np.abs(other[np.isfinite(other)]).max(initial=0.0))
    # Derivatives are sums: what is left of large terms carries their rounding, which shows in single precision.
    return close(one, other, rtol, max(ATOL, ATOL_COARSE * largest) if rtol >= RTOL_COARSE else ATOL)


def _along_tables(gradient: Numbers, table: NDArray[np.generic]) -> Numbers:
    """The gradient without its part along the probabilities."""
    q = np.exp(table.astype(np.float64))
    with np.errstate(all="ignore"):
        along = (gradient * q).sum(-1, keepdims=True) / (q * q).sum(-1, keepdims=True)
        return np.asarray(gradient - along * q)
