"""Guarantees: what a bank stands for, how much of it is taken, and that it is never taken twice."""
