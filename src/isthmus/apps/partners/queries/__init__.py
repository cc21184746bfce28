"""Reading needs, offers, matches, introductions and what became of them."""
