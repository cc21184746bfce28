"""What a system costs its family: instalments and their risk, other sources of light, waste."""
