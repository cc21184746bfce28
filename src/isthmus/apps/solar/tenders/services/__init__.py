"""The only writers of tenders, on both sides of the border."""
