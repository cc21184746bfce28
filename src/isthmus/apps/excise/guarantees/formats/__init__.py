"""The guarantor's key, the statement that it signs, and its signature."""
