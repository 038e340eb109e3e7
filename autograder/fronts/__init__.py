"""Doors to the tools of a course: each is a small pure adapter from results and marks to one tool's format."""
