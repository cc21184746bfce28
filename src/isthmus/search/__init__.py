"""One inverted index in the node's own database: BM25 in plain SQL, the same on SQLite and PostgreSQL."""
