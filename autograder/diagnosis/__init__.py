"""Why a function failed: what it returns is compared with what known bugs return. It knows no exercise sheet."""

RIGHT = "right"
"""What a program of known code calls the right formulas."""
