"""Sizes in which panels and batteries are planned: few enough for lots, none a tenth above what is needed.

The steps are at most a tenth of the size above 50; below, small parts are sold in steps of 5.
"""

import math

STEPS = ((50, 5), (200, 10), (500, 25), (1000, 50), (2000, 100), (5000, 250))
"""Up to which size (Wp or Wh) in which step; above the last, in steps of `LARGEST_STEP`."""
LARGEST_STEP = 500


def sold(size: float) -> int:
    """The least size that is sold and holds this one (0 or more)."""
    step = next((step for most, step in STEPS if size <= most), LARGEST_STEP)
    return math.ceil(size / step) * step
