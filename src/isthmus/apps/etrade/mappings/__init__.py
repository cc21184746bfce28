"""Mappings as a country keeps them: named, versioned, proved by samples, made on a page without code."""
