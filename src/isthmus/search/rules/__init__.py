"""How a text becomes terms, what a term is worth, and what of a text is shown. No Django."""
