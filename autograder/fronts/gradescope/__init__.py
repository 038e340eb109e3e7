"""Gradescope: results.json as a pure function of a result, and the zip that grades there."""
