"""E-Trade: what left one country for another, told before it arrives, in a form both customs can compare."""
