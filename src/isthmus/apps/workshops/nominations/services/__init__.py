"""The only writers of nominations, on both sides of the border."""
