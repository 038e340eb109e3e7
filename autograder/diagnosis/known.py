"""What is known of a function before anyone hands it in: how to probe it, its facts, and its bugs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from autograder.diagnosis.answers import EVERYTHING, Graded
from autograder.diagnosis.questions import Probes
from autograder.engine.draw import Draw
from autograder.engine.facts import Fact


@dataclass(frozen=True)
class Says:
    """What a known bug says to the student, where on the sheet, and the misconception that it shares with others."""

    text: str
    sheet: str
    mistake: str | None = None


@dataclass(frozen=True)
class Known:
    """One function: how to probe it, its facts, and its bugs by name.

    where: the line of the sheet. random: it draws noise ε, and right code may use −ε, so a bug with one relation more
    proves nothing.
    """

    module: str
    where: str
    probes: Callable[[Draw], Probes]
    bugs: Callable[[], Mapping[str, Says]]  # read only where the function has failed
    facts: tuple[Fact, ...] = ()
    graded: Graded = EVERYTHING
    random: bool = False
