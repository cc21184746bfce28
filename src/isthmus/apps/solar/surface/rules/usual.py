"""The reliabilities that are told and shown where nobody says others."""

LADDER = (0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.002, 0.001)
"""The shares unmet for which the cheapest system is told, from plain to good."""
LEVELS = (0.001, 0.01, 0.03, 0.1, 0.3)
"""Where the shades of a surface change, as shares unmet."""
