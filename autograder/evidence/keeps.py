"""What each fact is worth, and why one is kept without which no known bug would fare better.

Every fact costs time in every grading, so each is needed for a bug of the bank or says here what it is kept for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograder.evidence.record import Evidence, FunctionOf, Seeds

KEEPS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Worth:
    """What would be lost without a fact; seeds by known bug."""

    alone: Seeds  # these bugs would survive
    decides: Seeds  # these bugs would keep a criterion that they lose now

    @property
    def needed(self) -> bool:
        return bool(self.alone or self.decides)


def worth(function: FunctionOf, fact: str) -> Worth:
    """What one fact of a function is worth."""
    tallies = {name: bug.facts for name, bug in function.bugs.items()}
    return Worth(
        alone={name: t.alone[fact] for name, t in tallies.items() if fact in t.alone},
        decides={name: t.decides[fact] for name, t in tallies.items() if fact in t.decides},
    )


def not_needed(evidence: Evidence) -> Iterator[str]:
    """Ids of the facts without which no known bug would fare better."""
    for name, function in evidence.functions.items():
        yield from (f"{name}.{fact}" for fact in function.facts if not worth(function, fact).needed)
