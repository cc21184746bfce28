"""Published code lists as their publishers write them: bytes in, rows or the bad line out."""
