"""An application for the benchmarks alone: a record type whose handler stores one row, and nothing more."""
