"""What follows from what was said: members, quorum, gates, the fit table, tasks."""
