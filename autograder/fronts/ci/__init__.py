"""Continuous integration: workflow files for GitHub and GitLab, Classroom 50's autograder, and what a job shows."""
