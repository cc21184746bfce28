"""A topic as a file: the archive with everything in it, and its story to read."""
