"""What participants think: forms, anonymous answers, and results of groups that are large enough."""
