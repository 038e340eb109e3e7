"""grading.yml as a checked model, the two hashes of a grading run, and the secret seeds."""

from autograder.spec.load import load
from autograder.spec.model import CriterionSpec, QuestionSpec, Spec

__all__ = ["CriterionSpec", "QuestionSpec", "Spec", "load"]
