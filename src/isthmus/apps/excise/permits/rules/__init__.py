"""What decides about permits and quotas, without a database."""
