"""Exercise 9: Generative Models. Each file of this package belongs to the exercises named on its first line."""

SHEET = "2026.1"
