"""Digests: officers who want it are told by mail what waits for them."""
