"""Grades one submission against a sheet's facts. Knows nothing of KL or GAN."""
