"""The only writers of programmes and workshops."""
