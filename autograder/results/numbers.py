"""Numbers as JSON: arrays cut to a readable size, non-finite numbers as strings."""

import math
from typing import Any

import numpy as np

from autograder.results.model import EVIDENCE_ENTRIES


def as_json(value: Any) -> Any:
    """A JSON value for an array, a number, a string, or a container of these.

    An array becomes {"shape": […], "entries": […]} with at most 16 entries in row-major order.
    """
    if isinstance(value, np.ndarray):
        entries = [as_json(v) for v in value.reshape(-1)[:EVIDENCE_ENTRIES].tolist()]
        return {"shape": list(value.shape), "entries": entries}
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if isinstance(value, dict):
        return {str(k): as_json(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(v) for v in value[:EVIDENCE_ENTRIES]]
    return value
