"""Planning: a design for every home of a district or a country, and the lots to ask quotes for."""
