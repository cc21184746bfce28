"""The only writers of follow-up forms, on both sides of the border."""
