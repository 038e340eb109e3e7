"""Facts about entries of the two banks, asked in a sandbox as in grading."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from autograder.assignment.facts import (
    vae,
    vae_distributions,
    vae_encode_decode,
    vae_forward,
    vae_free,
    vae_gradients,
    vae_sizes,
)
from autograder.diagnosis.known_code import KnownCode
from autograder.engine.facts import facts_of
from autograder.engine.judge import run_facts
from autograder.sandbox import Sandbox, Zygote

FACTS = facts_of(vae, vae_encode_decode, vae_free, vae_forward, vae_distributions, vae_gradients, vae_sizes)


@contextmanager
def bank(zygote: Zygote, name: str) -> Iterator[Sandbox]:
    """A sandbox that answers for all entries of `bugs` or `equivalents`."""
    with zygote.open({}, program=f"autograder.assignment.{name}.program") as opened:
        yield opened


def failed(opened: Sandbox, known: str, seed: bytes = b"0") -> Mapping[str, str]:
    """The facts that do not hold for an entry, with their messages."""
    outcomes = run_facts(FACTS, KnownCode(opened, known, seed), seed)
    assert all(o.status in ("passed", "failed") for o in outcomes.values())
    return {id: outcome.message for id, outcome in outcomes.items() if outcome.status == "failed"}
