"""The demonstration: eight nodes on one machine, sample people, and records that cross a line that breaks."""
