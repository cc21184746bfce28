"""The rules of the fund."""
