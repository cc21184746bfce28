"""How far a workshop is, and how many took part."""
