"""The numbers that the gates of the training runs look at, by run, and gates that let everything pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.results.model import Training

OPEN: Mapping[str, Mapping[str, Any]] = {
    "vae": {"elbo": -1e30},
    "gan": {"class_score": 1, "frechet": 1e30},
    "saturation": {"start": [0, 1e30], "end": 1e-30, "fall": 1e-30},
}
"""Gates for measuring: no run is repeated for not passing."""


@dataclass(frozen=True)
class Measure:
    """One number of a run, which is positive where the solution is right."""

    run: str
    name: str
    text: str


MEASURES = (
    Measure("vae", "minus_elbo", "−ELBO, nats per image"),
    Measure("vae", "kl_weight_sigma", "implied KL weight by σ"),
    Measure("vae", "kl_weight_mu", "implied KL weight by μ"),
    Measure("gan", "nonsaturating_class_score", "class score, non-saturating"),
    Measure("gan", "nonsaturating_frechet", "Fréchet distance, non-saturating"),
    Measure("gan", "nonsaturating_neighbours", "correlation of neighbours, non-saturating"),
    Measure("gan", "minimax_class_score", "class score, minimax"),
    Measure("gan", "minimax_frechet", "Fréchet distance, minimax"),
    Measure("gan", "minimax_neighbours", "correlation of neighbours, minimax"),
    Measure("saturation", "start", "ratio of the gradients before D learns"),
    Measure("saturation", "end", "ratio of the gradients at the end"),
    Measure("saturation", "fall", "fall of the minimax gradient"),
)

GAMES = ("nonsaturating", "minimax")

Bounds = tuple[float | None, float | None]


def bounds_of(gate: Mapping[str, Any]) -> dict[str, Bounds]:
    """Lowest and highest value that passes, by the name of the measure, of one gate of any run in grading.yml."""
    found: dict[str, Bounds] = {}
    if "elbo" in gate:
        found = {"minus_elbo": (None, -gate["elbo"])}
        if gate.get("kl_weight"):
            found["kl_weight_sigma"] = tuple(gate["kl_weight"])
    if "class_score" in gate:
        for game in GAMES:
            found[f"{game}_class_score"] = (gate["class_score"], None)
            found[f"{game}_frechet"] = (None, gate["frechet"])
            if gate.get("neighbours"):
                found[f"{game}_neighbours"] = (gate["neighbours"], None)
    if "start" in gate:
        found = {"start": tuple(gate["start"]), "end": (gate["end"], None), "fall": (gate["fall"], None)}
    return found


def passes(value: float, bounds: Bounds) -> bool:
    """Whether a value lies within its bounds."""
    low, high = bounds
    return (low is None or value >= low) and (high is None or value <= high)


def measured(record: Training) -> dict[str, float]:
    """The numbers that a run left; those that are missing or not finite are left out."""
    found: dict[str, Any] = {}
    if record.vae is not None:
        vae = record.vae
        found["minus_elbo"] = -vae.trusted_elbo if vae.trusted_elbo is not None else None
        found |= {"kl_weight_sigma": vae.kl_weight_sigma, "kl_weight_mu": vae.kl_weight_mu}
    for game in record.gan.games if record.gan is not None else ():
        found |= {
            f"{game.name}_class_score": game.class_score,
            f"{game.name}_frechet": game.frechet,
            f"{game.name}_neighbours": game.neighbours,
        }
    if record.saturation is not None and record.saturation.minimax:
        minimax, other = record.saturation.minimax, record.saturation.nonsaturating
        if min(minimax) > 0:
            found |= {
                "start": other[0] / minimax[0],
                "end": other[-1] / minimax[-1],
                "fall": minimax[0] / minimax[-1],
            }
    return {name: float(value) for name, value in found.items() if isinstance(value, int | float)}
