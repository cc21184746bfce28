"""The engine: linking, comparing and explaining a corridor's declarations, in SQL over DuckDB."""
