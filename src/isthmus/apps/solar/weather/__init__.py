"""Weather without a network: synthetic years from monthly distributions, or a file of the user's."""
