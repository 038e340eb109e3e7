"""Right forms of the KL divergences of exercise 9-1 (a) and (b)."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Untyped, as students write: the texts are also put into submissions.
