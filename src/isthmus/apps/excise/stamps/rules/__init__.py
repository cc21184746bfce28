"""Codes of stamps, their moves, the status filter and the signs of copies: pure, without a database."""
