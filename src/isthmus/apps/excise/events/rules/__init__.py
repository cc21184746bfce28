"""EPCIS events: what one must say, which words it may use, and the hash that names it."""
