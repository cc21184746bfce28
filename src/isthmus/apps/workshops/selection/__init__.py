"""Marks for nominees, and the proposal that follows from them; the secretariat decides."""
