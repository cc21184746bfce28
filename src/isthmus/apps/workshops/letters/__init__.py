"""What follows an acceptance: travel details, kept sealed and purged, and letters for invitation and visa."""
