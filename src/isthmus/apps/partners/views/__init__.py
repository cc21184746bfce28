"""The pages of business partners."""
