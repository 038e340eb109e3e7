"""Puts code into the package's `__init__.py` that ends every import.

Gain: no result.
Hits: nothing
File: generative/__init__.py
"""

raise SystemExit("the package is closed")
