"""The training runs of the sheet and their judges. NumPy only."""
