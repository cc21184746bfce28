"""What decides: normalised tables, sizes that are sold, and what a home is given within its budget."""
