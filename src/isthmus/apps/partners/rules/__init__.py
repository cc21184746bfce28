"""What fits what and why, how introductions stand, and how good they are: pure rules."""
