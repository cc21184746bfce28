"""What the exchange decides, as pure functions over plain values."""
