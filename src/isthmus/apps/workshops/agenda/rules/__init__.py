"""What a version of an agenda holds, and what changed between two."""
