"""Work for later: a leased queue in the node's own database, with progress, cancel and schedule."""
