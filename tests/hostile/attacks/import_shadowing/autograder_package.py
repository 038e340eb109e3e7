"""Brings a package `autograder` with a sandbox of its own.

Gain: the grader's part of the sandbox, replaced.
Hits: nothing
File: autograder/sandbox/inside/calls.py
"""

HANDLERS = {}
