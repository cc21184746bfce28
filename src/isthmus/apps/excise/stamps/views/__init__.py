"""Pages of stamps."""
