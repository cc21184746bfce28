"""Carrying batches to partners and fetching what waits there: leases, HTTP, the worker's turn."""
