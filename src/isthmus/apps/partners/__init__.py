"""Business partners: what firms need and offer across borders, why they fit, and how they are introduced."""
