"""Pages of Experts."""
