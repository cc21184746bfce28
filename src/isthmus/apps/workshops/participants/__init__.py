"""Lists of participants that the secretariat takes into a workshop, whole or not at all."""
