"""What decides: which cell speaks for a place, where the sun stands, and how a synthetic year is drawn."""
