"""Family solar supply: from a family's lamps to a country's lots."""
