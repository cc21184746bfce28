"""Who may come: what counts, what is late, what is over a quota."""
