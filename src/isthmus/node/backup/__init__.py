"""Backups of a node: one encrypted file that can be proved without restoring it, and the way back."""
