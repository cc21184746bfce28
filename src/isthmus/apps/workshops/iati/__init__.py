"""A programme for everybody to see: the activity file of the International Aid Transparency Initiative."""
