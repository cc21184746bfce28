"""What a family asks of its system, hour by hour."""
