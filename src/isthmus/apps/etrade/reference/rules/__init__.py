"""How codes are built, read and sought: pure functions."""
