"""What decides: what a design costs over its life, and which one is the cheapest that is good enough."""
