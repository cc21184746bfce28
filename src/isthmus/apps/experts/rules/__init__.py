"""Skills, languages, identifiers, and how well an expert answers a need. No Django."""
