"""Tariffs as dated data, and the duty of lines of goods worked out from them to the minor unit."""
