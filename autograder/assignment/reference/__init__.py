"""The formulas of the sheet in NumPy float64, with their derivatives: the oracle of every expected value."""
