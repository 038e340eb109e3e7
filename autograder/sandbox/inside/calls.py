"""The standard program: read and import files, read constants, call functions and modules of the submission."""

from collections.abc import Mapping
from typing import Any

from autograder.sandbox.inside import module
from autograder.sandbox.inside.failures import describe
from autograder.sandbox.inside.importer import PACKAGE
from autograder.sandbox.inside.invoke import fresh_state, invoke, number
from autograder.sandbox.inside.reading import program as reading
from autograder.sandbox.inside.serve import Answer, Emit, Handler, Received

CONSTANT_CHARACTERS = 1000


def import_file(request: Received, emit: Emit) -> Answer:
    """`module` → `names` of its public attributes, and a `note` if `generative/__init__.py` was replaced."""
    fresh_state(request.params.get("seed", 0))
    loaded, failed = request.submission.module(request.params["module"])
    values: dict[str, Any] = {"names": sorted(name for name in vars(loaded) if not name.startswith("_"))}
    if failed is not None:
        why = describe(failed)
        values["note"] = (
            f"{PACKAGE}/__init__.py failed and was taken as empty: {why['exception']}: {why['text']}"
        )
    return values, {}


def call(request: Received, emit: Emit) -> Answer:
    """`target` ("generative.divergence:kl_normal") called once; see `invoke`."""
    name, _, attribute = request.params["target"].partition(":")
    loaded, _ = request.submission.module(name)
    return invoke(getattr(loaded, attribute), request)


def constants(request: Received, emit: Emit) -> Answer:
    """Upper-case names of `module` that are numbers, texts, booleans or None; of `others`, what they are."""
    loaded, _ = request.submission.module(request.params["module"])
    found: dict[str, Any] = {}
    others: dict[str, str] = {}
    for name, value in vars(loaded).items():
        if not name.isupper() or name.startswith("_"):
            continue
        if isinstance(value, str):
            found[name] = value[:CONSTANT_CHARACTERS]
        elif isinstance(value, bool | int | float):
            if isinstance(carried := number(value), str):
                others[name] = carried
            else:
                found[name] = carried
        elif value is None:
            found[name] = None
        else:
            others[name] = type(value).__name__[:200]
    return {"constants": found, "others": others}, {}


HANDLERS: Mapping[str, Handler] = {
    "import": import_file,
    "call": call,
    "constants": constants,
    **reading.HANDLERS,
    **module.HANDLERS,
}
