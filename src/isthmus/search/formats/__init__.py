"""Collections of documents in files: JSON Lines, SMART, and judgments of relevance. No Django."""
