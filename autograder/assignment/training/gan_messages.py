"""What a student reads about the GAN runs: what was seen, not a guess at the slip."""

import math
from collections.abc import Sequence
from typing import Any

from autograder.assignment.training.gan_judge import Verdict
from autograder.assignment.training.gan_settings import GanGate, SaturationGate

GAME = {"nonsaturating": "The game with the non-saturating loss", "minimax": "The minimax game"}
KEPT = 100  # points of a curve


def verdict(game: str, steps: int, seen: Verdict, gate: GanGate, passed: bool) -> str:
    """One sentence about the images of a game, with a second one on what fails."""
    numbers = f"class score {seen.class_score:.1f}, Fréchet distance {seen.frechet:.0f}"
    if passed:
        return f"{GAME[game]} works: after {steps} steps the judge sees {seen.classes} of the ten digits ({numbers})."
    return (
        f"{GAME[game]} fails: after {steps} steps the judge has {numbers}; at least {gate.class_score:g} and at most "
        f"{gate.frechet:g} are needed. {_seen(seen, gate)}"
    )


def _seen(seen: Verdict, gate: GanGate) -> str:
    if seen.classes <= 2 and seen.class_score < gate.class_score:
        return "Whatever z is, the images look alike: nothing in the losses drew the generator to the digits."
    if seen.class_score < gate.class_score:
        return "The images differ, but few can be read as digits."
    if seen.frechet > gate.frechet:
        return "The images can be read as digits, but are far from real ones."
    return (
        f"But the images have no strokes: neighbouring pixels have a correlation of {seen.neighbours:.2f}, and at least "
        f"{gate.neighbours:g} is needed. Pixels that are drawn each by itself look like this."
    )


def picture(steps: int) -> str:
    """The caption of the picture at full size."""
    return f"28×28 digits of a generator after {steps} steps with your non-saturating loss; not graded"


def curve(values: Any) -> list[float | str]:
    """Numbers that a sandbox gave, at most KEPT of them; nothing but finite numbers is believed."""
    if not isinstance(values, list):
        return []
    finite = [float(v) for v in values if isinstance(v, int | float) and math.isfinite(v)]
    return list(finite[:: max(1, len(finite) // KEPT)])


def saturation(
    moments: Sequence[int], minimax: Sequence[float], nonsaturating: Sequence[float], gate: SaturationGate
) -> tuple[bool, str]:
    """Whether the norms of G's gradient behave, and the sentence that says so."""
    ratios = [n / m if m else math.inf for m, n in zip(minimax, nonsaturating, strict=True)]
    low, high = gate.start
    if not low <= ratios[0] <= high:
        return False, (
            f"Before D learns, D(G(z)) is near ½ and both losses pull equally at G; with yours the non-saturating "
            f"gradient is {ratios[0]:.3g} times the minimax one ({low:g} to {high:g} is right)."
        )
    fall = minimax[0] / minimax[-1] if minimax[-1] else math.inf
    if fall < gate.fall:
        return False, (
            f"When D wins, the minimax gradient of G should vanish; after {moments[-1]} steps of D yours is "
            f"{1 / fall:.2g} of what it was (at most {1 / gate.fall:.2g} is right)."
        )
    if ratios[-1] < gate.end:
        return False, (
            f"When D wins, the non-saturating gradient of G should stay; after {moments[-1]} steps of D yours is only "
            f"{ratios[-1]:.3g} times the minimax one (at least {gate.end:g} is right)."
        )
    return True, (
        f"As D learns alone for {moments[-1]} steps, the minimax gradient of G falls to 1/{fall:.0f} of what it was, and the "
        f"non-saturating one ends {ratios[-1]:.0f} times as large: that is what 9-2 (d) asks about."
    )
