"""Small pure values that every other layer may use: errors, identifiers, times, text, configuration."""
