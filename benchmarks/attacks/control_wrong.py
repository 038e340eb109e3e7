"""No attack: three wrong functions."""
# base: wrong
