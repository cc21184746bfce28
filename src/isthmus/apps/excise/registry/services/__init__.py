"""What changes the registry: each function is one transaction."""
