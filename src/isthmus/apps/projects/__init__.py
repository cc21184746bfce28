"""Virtual projects: topics that delegates propose, who joins, pilots, and what comes of them."""
