"""Which customs regimes of the two sides meet.

The first digit of the procedure requested is the regime, as in ASYCUDA World and in the Kyoto-style codes of
Annex B to Implementing Regulation (EU) 2015/2447: 1 export, 2 temporary export, 3 re-export, 4 home use,
5 temporary import and inward processing, 6 re-import, 7 warehousing, 8 transit.
"""

MEETING = frozenset({(1, 4), (2, 5), (3, 4), (3, 6)})
"""Regimes of export and import that are two sides of one crossing in trade statistics."""
