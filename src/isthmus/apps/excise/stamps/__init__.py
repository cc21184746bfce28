"""Tax stamps: their codes, symbols and custody, how anybody verifies one, and what copies give away."""
