"""Tariff files and lists of lines: bytes in, tariffs and lines or their faults out."""
