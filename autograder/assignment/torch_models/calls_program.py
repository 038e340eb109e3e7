"""The standard program of a sandbox, with the formulas of `losses` at hand for functions that have failed."""

from autograder.assignment.torch_models import losses
from autograder.sandbox.inside.calls import HANDLERS

__all__ = ["HANDLERS", "losses"]
