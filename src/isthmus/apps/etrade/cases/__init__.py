"""The officer's side of reconciliation: which declarations do not tally, why, and what was decided."""
