"""Right forms of the evidence lower bound over a finite latent, exercise 9-1 (c)."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Untyped, as students write: the texts are also put into submissions.
