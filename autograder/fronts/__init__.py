"""Doors to the tools that courses use: each one shows a result and people's marks as one tool wants them."""
