"""How sure the figures of a design are: over years, and over what sun, load and battery may really be.

A sun that is brighter by a share is a larger panel, and a load that is larger is a smaller system: scaled
designs stand for uncertain inputs, and the kernel runs them all at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isthmus.apps.solar.engine.analytics import LARGEST_WH, LARGEST_WP, Found, Hours, run
from isthmus.apps.solar.engine.rules.battery import Battery

Floats = NDArray[np.float64]
DRAWS = 128
CAPACITY_DEVIATION = 0.05
"""One standard deviation of a battery's true capacity, as a share of its label (unconfirmed)."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Between which shares unmet the asked part of all years and draws lies, and their median."""

    low: float
    middle: float
    high: float


def monte_carlo(
    hours: Hours,
    wp: float,
    usable_wh: float,
    battery: Battery,
    *,
    sun: float,
    load: float = 0.0,
    capacity: float = CAPACITY_DEVIATION,
    inside: float = 0.9,
    draws: int = DRAWS,
    seed: int = 1,
) -> Spread:
    """The spread of a design over its years and over draws of what is uncertain; the same for a seed.

    ``sun``, ``load`` and ``capacity`` are one standard deviation of each, as a share of it (log-normal).
    """
    drawn = np.random.default_rng(seed).standard_normal((3, draws))
    brighter, asked, larger = np.exp(drawn * np.array([[sun], [load], [capacity]]))
    panels = np.minimum(wp * brighter / asked, LARGEST_WP)
    batteries = np.minimum(usable_wh * larger / asked, LARGEST_WH)
    found = run(hours, panels.tolist(), batteries.tolist(), battery)
    low, middle, high = np.quantile(shares(found), [(1 - inside) / 2, 0.5, (1 + inside) / 2])
    return Spread(float(low), float(middle), float(high))


def shares(*found: Found) -> Floats:
    """The shares unmet of all years and designs of one or more runs, as of several seeds, in one row."""
    return np.concatenate([(one.unmet / one.load[:, np.newaxis]).ravel() for one in found])


def sensitivity(
    hours: Hours, wp: float, usable_wh: float, battery: Battery, by: float = 0.1
) -> Mapping[str, tuple[float, float]]:
    """The share unmet with ``by`` less and more of the sun, of the battery and of the load, one at a time."""
    less, more = 1.0 - by, 1.0 + by
    sizes = {
        "sun": ((less, 1.0), (more, 1.0)),
        "battery": ((1.0, less), (1.0, more)),
        "load": ((1 / less, 1 / less), (1 / more, 1 / more)),
    }
    designs = [pair for pairs in sizes.values() for pair in pairs]
    found = run(
        hours,
        [min(wp * panel, LARGEST_WP) for panel, _ in designs],
        [min(usable_wh * held, LARGEST_WH) for _, held in designs],
        battery,
    ).by_energy
    return {name: (float(found[2 * at]), float(found[2 * at + 1])) for at, name in enumerate(sizes)}
