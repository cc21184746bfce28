"""The only writers of country plans, on both sides of the border."""
