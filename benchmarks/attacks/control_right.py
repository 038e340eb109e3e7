"""No attack: three right functions."""
# base: right
