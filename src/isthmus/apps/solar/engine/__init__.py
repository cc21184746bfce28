"""The engine: the hourly energy balance of a panel, a battery and a family's load over many years."""
