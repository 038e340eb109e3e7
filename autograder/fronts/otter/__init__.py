"""Otter: `otter run SUBMISSION -a dist/otter.zip` gives the marks of `autograder grade`."""
