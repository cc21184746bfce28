"""The rules of templates: what may stand in them, how they are filled in, and which one is in force."""
