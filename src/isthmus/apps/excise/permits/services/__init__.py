"""What is done with quotas, permits and bonded stock."""
