"""What a check of a certificate comes to."""
