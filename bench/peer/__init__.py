"""What others take for the same: measured in environments of their own, so that none becomes a dependency."""
