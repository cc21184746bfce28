"""Between which limits the use of a family lies."""

LEAST_WH, MOST_WH = 10.0, 20_000.0
"""Watt-hours a day: below, nothing is worth a system; above, it is no family's."""
