"""A small course for the tests of the build."""

SHEET = "0"
