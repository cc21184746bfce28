"""What decides: the physics of panel and battery, the hourly balance, and what is said of its outcome."""
