"""What people are written by mail: the decision, the invitation, and reminders."""
