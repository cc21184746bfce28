"""Certificates of attendance: on paper, in a code that anybody checks, and for machines."""
