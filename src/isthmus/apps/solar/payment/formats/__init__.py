"""The list of devices that a maker hands out, read and written back."""
