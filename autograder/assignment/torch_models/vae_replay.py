"""Whether a step has moved entries of a parameter as Adam moves them: Kingma and Ba, ICLR 2015, algorithm 1."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from autograder.assignment.torch_models.vae_places import Place

TOLERANCE = 0.01  # of the learning rate, beside the rounding of the parameter itself
PRECISE = (torch.float32, torch.float64)  # in others rounding explains too much


@torch.no_grad()
def moved_otherwise(
    place: Place, before: Tensor, state: Mapping[str, Any], settings: Mapping[str, Any]
) -> bool:
    """Right after a step that found the entries `before`; a parameter without gradient stays.

    `state` is the optimiser's, whose moments are believed.
    """
    p = place.parameter
    if p.dtype not in PRECISE:
        return False
    expected = before
    if p.grad is not None and "exp_avg" in state:
        if state["exp_avg"].stride() != p.stride():  # a parameter with gaps in its memory
            return False
        rate, (beta1, beta2) = settings["lr"], settings["betas"]
        # In double precision: where a wrong loss lets gradients grow, v / (1 − β₂ᵗ) is beyond a single one.
        m, v = (place.entries(state[name]).double() for name in ("exp_avg", "exp_avg_sq"))
        m, v = m / (1 - beta1 ** state["step"]), v / (1 - beta2 ** state["step"])
        expected = before - rate * m / (v.sqrt() + settings["eps"])
    rounding = 4 * torch.finfo(p.dtype).eps * before.abs()
    off = (place.now() - expected).abs() > TOLERANCE * settings["lr"] + rounding
    return bool(off.any())
