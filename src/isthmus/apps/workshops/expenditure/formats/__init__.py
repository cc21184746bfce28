"""Sheets of expenditure and budgets as text."""
