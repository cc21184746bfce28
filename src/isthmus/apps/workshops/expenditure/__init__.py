"""Money: budget lines, what was spent on each, advances, and virements."""
