"""Documents that countries already have: bytes in, records or reasons out, and back."""
