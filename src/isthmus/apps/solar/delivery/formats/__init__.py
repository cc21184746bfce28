"""The installation sheet as a file."""
