"""The writers of projects: proposing, joining, gates, contributions, telling, and what arrives."""
