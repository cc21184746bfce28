"""Reconciliation: which export belongs to which import, what does not tally, and why."""
