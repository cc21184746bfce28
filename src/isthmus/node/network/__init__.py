"""The network as one: its front page, the one search box over every kind, and the same for programs."""
