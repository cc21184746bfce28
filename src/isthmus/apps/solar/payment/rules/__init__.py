"""What decides: instalments, comparison with other sources, waste."""
