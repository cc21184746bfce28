"""A surface as a file."""
