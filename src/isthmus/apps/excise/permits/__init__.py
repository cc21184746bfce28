"""Import permits, and the quotas that they draw on."""
