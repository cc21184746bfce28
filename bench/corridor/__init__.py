"""Seeded corridors: the exports of one country to another and the imports that answer them, with the truth.

All firms, documents and shipments are invented sample data. Every draw is taken from MD5 of seed, purpose and
number, and all arithmetic is on integers, so that a seed gives the same corridor on any machine.
"""
