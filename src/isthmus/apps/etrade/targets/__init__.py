"""Handing what came from partners on to the systems of the own country: rendered, pushed, remembered."""
