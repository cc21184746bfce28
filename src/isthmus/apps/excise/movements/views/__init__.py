"""Pages of movements and of the gate."""
