"""The book of a programme: double entry, no line overdrawn, sums that must agree."""
