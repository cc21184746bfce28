"""What decides: the shape of a day's use."""
