"""One instructor source becomes the students' release, the model solutions and nbgrader's staged tree."""

from autograder.authoring.building import BuildReport, build, check
from autograder.authoring.compare import Drift

__all__ = ["BuildReport", "Drift", "build", "check"]
