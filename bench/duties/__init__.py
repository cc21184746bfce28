"""A million lines of goods of five countries' tariffs, from a seed."""
