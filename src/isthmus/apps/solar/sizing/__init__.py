"""Sizing: the least-cost panel and battery that run short no more often than a family accepts."""
