"""A program of ours for tests: handlers that use the parts which `calls` does not."""

from typing import Any

from autograder.sandbox.inside.serve import Answer, Emit, Received


def shared(request: Received, emit: Emit) -> Answer:
    """The shared array as it is, and then one more in every entry."""
    images = request.shared["images"]
    before = images.clone()
    images += 1
    return {}, {"images": before}


def steps(request: Received, emit: Emit) -> Answer:
    for i in range(request.params["n"]):
        emit({"step": i, "loss": request.params.get("text") or (float("nan") if i == 0 else i / 2)})
    return {"steps": request.params["n"]}, {}


HANDLERS: dict[str, Any] = {"shared": shared, "steps": steps}
