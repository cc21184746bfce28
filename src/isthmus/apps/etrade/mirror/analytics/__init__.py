"""Mirror statistics over whole tables: the expressions, and the work on files with DuckDB."""
