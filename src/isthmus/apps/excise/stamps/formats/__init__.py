"""Stamps on paper: symbols and sheets of them."""
