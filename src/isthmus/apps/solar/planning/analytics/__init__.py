"""Tables by cell and shape from the engine, and a look-up for each home in the analytics engine."""
