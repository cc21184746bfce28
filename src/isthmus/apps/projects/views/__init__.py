"""Pages of projects: topics and their story, gates, contributions, and what the lead does."""
