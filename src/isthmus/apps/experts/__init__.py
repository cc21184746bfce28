"""Experts: who can help, in which languages and when; found here and abroad, only where they consented."""
