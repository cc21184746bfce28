"""What the scores of an assessment follow from, and where two countries differ; nothing is read or written."""
