"""Right forms of the reparameterisation, exercise 9-1 (e)."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Untyped, as students write: the texts are also put into submissions.
