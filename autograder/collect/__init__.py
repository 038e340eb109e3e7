"""What students handed in to a course tool, a download or a folder, becomes submissions named by roster id."""

from autograder.collect.collect import Collected, collect
from autograder.collect.download import CollectError
from autograder.collect.listing import read_times

__all__ = ["CollectError", "Collected", "collect", "read_times"]
