"""The seam to the analytics engine: DuckDB in a folder of its own, its memory bounded. No domain."""
