"""What scores follow from, and where two countries differ; nothing is read or written."""
