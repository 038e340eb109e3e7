"""Attacks are read, never imported."""

collect_ignore = ["attacks"]
