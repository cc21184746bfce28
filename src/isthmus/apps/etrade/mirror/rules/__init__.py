"""The dimensions of mirror statistics, and how a cell's key is packed into one number."""
