"""The autograder of Exercise 9: engine, checks, front doors, reports, command line."""

__version__ = "0.1.0"
