"""What decides: wires and fuses, which standard a system falls under, and lots."""
