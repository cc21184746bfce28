"""What cases hold to be true of shipments, decisions and sentences: pure, without a database."""
