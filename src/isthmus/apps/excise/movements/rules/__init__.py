"""The rules of movements: references, what follows what, how long, how much may be missing."""
