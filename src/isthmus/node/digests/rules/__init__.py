"""When a digest is due, and whether it says anything new."""
