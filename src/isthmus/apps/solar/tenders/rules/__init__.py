"""What decides in a tender: seals, how a quote stands, what it costs landed, where a ticket is."""
