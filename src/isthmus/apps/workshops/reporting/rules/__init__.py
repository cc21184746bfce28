"""Who took part, by country and region."""
