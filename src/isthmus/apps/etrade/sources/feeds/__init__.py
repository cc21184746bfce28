"""Feeds: what is there since a cursor, handed over whole and once."""
