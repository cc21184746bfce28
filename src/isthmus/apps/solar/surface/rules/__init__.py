"""What decides: which systems none beats, which reliabilities are in reach, and the balance of a year."""
