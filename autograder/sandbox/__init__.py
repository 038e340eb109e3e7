"""Runs untrusted code: a warm zygote, a confined fork per need, nothing but tensors and JSON across the wall.

Knows nothing of exercises; imports nothing of the project but its errors.
"""

from autograder.sandbox.gpu import nodes as gpu_nodes
from autograder.sandbox.host import Zygote
from autograder.sandbox.limits import Limits
from autograder.sandbox.messages import Cause, Failure, Reply, Request
from autograder.sandbox.probe import LayerReport, offers
from autograder.sandbox.sandbox import Sandbox

__all__ = [
    "Cause",
    "Failure",
    "LayerReport",
    "Limits",
    "Reply",
    "Request",
    "Sandbox",
    "Zygote",
    "gpu_nodes",
    "offers",
]
