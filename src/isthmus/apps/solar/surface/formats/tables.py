"""A surface as CSV: a row a design, units in the names of the columns."""

import csv
import io
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
COLUMNS = ("wp", "battery_wh", "unmet_share", "unmet_hours_share", "cost_over_life", "currency", "unbeaten")


def as_csv(
    wp: Floats,
    battery_wh: Floats,
    unmet: Floats,
    unmet_hours: Floats,
    costs: Floats,
    currency: str,
    best: Iterable[int],
) -> bytes:
    """``wp`` (n), ``battery_wh`` (m) on labels, the others (n, m); ``best`` are places in flattened order."""
    text, unbeaten = io.StringIO(), set(best)
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    pairs = ((panel, battery) for panel in wp.tolist() for battery in battery_wh.tolist())
    figures = zip(unmet.ravel().tolist(), unmet_hours.ravel().tolist(), costs.ravel().tolist(), strict=True)
    for place, ((panel, battery), (share, hours, cost)) in enumerate(zip(pairs, figures, strict=True)):
        sizes = (f"{panel:.2f}", f"{battery:.1f}", f"{share:.6f}", f"{hours:.6f}", f"{cost:.2f}")
        rows.writerow((*sizes, currency, "yes" if place in unbeaten else "no"))
    return text.getvalue().encode()
