"""Pages of nominations: the secretariat, and the country that nominates."""
