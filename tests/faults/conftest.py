"""The course that the commands are tried on."""

from tests.commands.conftest import course

__all__ = ["course"]
