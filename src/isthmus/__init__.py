"""Isthmus: sovereign nodes that exchange signed records."""

__version__ = "0.2.0"
