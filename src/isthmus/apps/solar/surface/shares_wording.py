"""How shares are written."""

from isthmus.ui.charts.scale import brief
from isthmus.ui.formats import NBSP


def percent(share: float) -> float:
    """A share in percent without the last bits of a float: 0.07 is 7, not 7.000000000000001."""
    return float(f"{share * 100:.6g}")


def percent_text(share: float) -> str:
    """A share as people read it: two digits that matter, at most three places."""
    said = percent(share)
    return f"{brief(float(f'{said:.2g}') if said < 10 else round(said, 1))}{NBSP}%"
