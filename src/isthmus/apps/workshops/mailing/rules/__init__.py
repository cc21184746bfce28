"""When somebody is reminded."""
