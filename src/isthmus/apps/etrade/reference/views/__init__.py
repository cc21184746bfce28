"""The pages on which codes, places, units and currencies are looked up."""
