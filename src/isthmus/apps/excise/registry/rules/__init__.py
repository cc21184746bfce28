"""What the registry knows by law and by arithmetic, without a database."""
