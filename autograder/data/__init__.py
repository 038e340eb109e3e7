"""The digits that training runs need: MNIST's four files, the embedded set in the same format, and how to get them."""

from autograder.data.embedded import install_embedded
from autograder.data.fetching import fetch
from autograder.data.known import EMBEDDED_SHA256, MNIST_SHA256
from autograder.data.sets import DataSet, load

__all__ = ["EMBEDDED_SHA256", "MNIST_SHA256", "DataSet", "fetch", "install_embedded", "load"]
