"""Workshops and the programme: who is invited, who comes, what is spent, and the report to the fund."""
