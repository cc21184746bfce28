"""What decides: which products make a system of a design."""
