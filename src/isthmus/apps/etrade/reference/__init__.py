"""What codes mean: the Harmonized System by edition, places (UN/LOCODE), units, currencies, rates."""
