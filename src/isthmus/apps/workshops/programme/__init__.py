"""The programme and its workshops: what is planned, where, when, and how far each is."""
