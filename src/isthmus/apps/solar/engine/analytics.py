"""Many designs over many years: checked, run by the kernel, and told as probabilities with their interval."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from isthmus.apps.solar.engine import kernel_numpy
from isthmus.apps.solar.engine.rules.battery import Battery, ageing_per_hours
from isthmus.kit.errors import BadInput

Floats = NDArray[np.float64]

LARGEST_WP, LARGEST_WH = 100_000.0, 1_000_000.0
THREADS = min(os.cpu_count() or 1, 8)
_SHORTEST_YEAR, _LONGEST_YEAR = 8760, 8784


@dataclass(frozen=True, slots=True)
class Hours:
    """Hour by hour, over whole years: ``supply`` W per Wp behind the controller, ``load`` Wh, ``air`` °C.

    ``by_year`` gives the hours of each year (8,760 or 8,784), and ``faded`` what is left of the panel in it.
    ``deviation`` is one standard deviation of the supply in the long term, as a share of it. ``more`` are the
    same place and load under weather of other seeds: `run` runs them all, each from new.
    """

    supply: Floats
    load: Floats
    air: Floats
    by_year: tuple[int, ...]
    faded: tuple[float, ...]
    deviation: float = 0.0
    more: tuple["Hours", ...] = ()

    def each(self) -> tuple["Hours", ...]:
        """These hours and those of other seeds, each without the others."""
        return (replace(self, more=()), *self.more)

    def __post_init__(self) -> None:
        for name in ("supply", "load", "air"):
            series = getattr(self, name)
            if len(series) != sum(self.by_year):
                raise _bad(
                    _("The series %(name)s has %(hours)d hours; the years have %(expected)d.")
                    % {"name": name, "hours": len(series), "expected": sum(self.by_year)}
                )
            wrong = np.flatnonzero(~np.isfinite(series))
            if len(wrong):
                raise _bad(
                    _("The series %(name)s has no number in hour %(hour)d.")
                    % {"name": name, "hour": wrong[0] + 1}
                )
        for name in ("supply", "load"):
            below = np.flatnonzero(getattr(self, name) < 0)
            if len(below):
                raise _bad(
                    _("The series %(name)s is below zero in hour %(hour)d.")
                    % {"name": name, "hour": below[0] + 1}
                )
        if not all(hours in {_SHORTEST_YEAR, _LONGEST_YEAR} for hours in self.by_year):
            raise _bad(_("Years must be whole: 8,760 hours, or 8,784 in a leap year."))
        if len(self.faded) != len(self.by_year) or not all(0 < share <= 1 for share in self.faded):
            raise _bad(_("For each year it must be said what is left of the panel, above 0 and at most 1."))
        if not self.load.any():
            raise _bad(_("The load is zero in every hour: there is nothing to supply."))


def _bad(message: str) -> BadInput:
    return BadInput("solar.hours", message)


@dataclass(frozen=True, slots=True)
class Found:
    """What n designs came to, each array (years of all seeds, n) but ``longest_dark`` (n), hours.

    ``unmet``, ``spilled`` and ``drawn`` in Wh; ``load`` Wh and ``hours`` by year (years).
    """

    load: Floats
    hours: Floats
    unmet: Floats
    dark_hours: Floats
    spilled: Floats
    drawn: Floats
    replaced: Floats
    longest_dark: Floats

    @property
    def by_energy(self) -> Floats:
        """Loss-of-load probability by energy, over all years (n)."""
        share: Floats = self.unmet.sum(axis=0) / self.load.sum()
        return share

    @property
    def by_hours(self) -> Floats:
        """Loss-of-load probability by hours, over all years (n)."""
        share: Floats = self.dark_hours.sum(axis=0) / self.hours.sum()
        return share

    def interval(self, inside: float = 0.9) -> tuple[Floats, Floats]:
        """Between which probabilities by energy the given share of the years lies (n each)."""
        yearly = self.unmet / self.load[:, np.newaxis]
        outside = (1.0 - inside) / 2.0
        return np.quantile(yearly, outside, axis=0), np.quantile(yearly, 1.0 - outside, axis=0)


@cache
def _kernel() -> Any:  # noqa: ANN401  the module, or None where its compiler is not installed
    try:
        from isthmus.apps.solar.engine import kernel
    except ImportError:
        return None
    return kernel


def _joined(found: Sequence[Found]) -> Found:
    names = ("load", "hours", "unmet", "dark_hours", "spilled", "drawn", "replaced")
    longest: Floats = np.max([one.longest_dark for one in found], axis=0)
    return Found(
        longest_dark=longest,
        **{name: np.concatenate([getattr(one, name) for one in found]) for name in names},
    )


def run(hours: Hours, wp: Sequence[float], capacity_wh: Sequence[float], battery: Battery) -> Found:
    """Run designs, each of so many Wp and usable Wh; BadInput for a size that no family system has."""
    if hours.more:
        return _joined([run(one, wp, capacity_wh, battery) for one in hours.each()])
    sizes = np.asarray(wp, dtype=np.float64), np.asarray(capacity_wh, dtype=np.float64)
    for values, most, unit in zip(sizes, (LARGEST_WP, LARGEST_WH), ("Wp", "Wh"), strict=True):
        if not (np.isfinite(values).all() and (values >= 0).all() and (values <= most).all()):
            raise BadInput(
                "solar.size",
                _("A size must be between 0 and %(most)d %(unit)s.") % {"most": most, "unit": unit},
                next_step=_("Correct the size."),
            )
    by_year = np.asarray(hours.by_year, dtype=np.int64)
    kernel = _kernel()
    ageing = ageing_per_hours(battery, hours.air)
    if kernel is None:
        sums, longest = kernel_numpy.full(
            hours.supply, hours.load, ageing, np.asarray(hours.faded), *sizes, battery, by_year
        )
    else:
        sums, longest = _by_kernel(kernel, hours, ageing, sizes, battery, by_year)
    sums[:, kernel_numpy.MEASURES.index("replaced"), sizes[1] == 0] = 0.0  # there is nothing to replace
    ends = np.cumsum(by_year)
    load = np.array([hours.load[end - size : end].sum() for end, size in zip(ends, by_year, strict=True)])
    by_name = {name: sums[:, at] for at, name in enumerate(kernel_numpy.MEASURES)}
    return Found(load=load, hours=by_year.astype(np.float64), longest_dark=longest, **by_name)


def _by_kernel(
    kernel: Any,  # noqa: ANN401  a module
    hours: Hours,
    ageing: Floats,
    sizes: tuple[Floats, Floats],
    battery: Battery,
    by_year: NDArray[np.int64],
) -> tuple[Floats, Floats]:
    n = len(sizes[0])
    padded = -(-n // kernel.LANES) * kernel.LANES
    wp, capacity = (np.pad(values, (0, padded - n)).astype(np.float32) for values in sizes)
    sums = np.zeros((len(by_year), len(kernel_numpy.MEASURES), padded))
    most = np.zeros(padded, np.float32)
    figures = np.array(
        [
            battery.charged,
            battery.discharged,
            battery.kept_per_hour,
            battery.charge_rate,
            battery.discharge_rate,
            battery.fade_per_cycle,
            battery.replaced_at,
        ],
        np.float32,
    )
    series = [values.astype(np.float32) for values in (hours.supply, hours.load, ageing)]
    faded = np.asarray(hours.faded)

    def part(start: int) -> None:
        stop = min(start + share, padded)
        kernel.full(*series, faded, wp, capacity, figures, by_year, sums, most, start, stop)

    share = -(-padded // kernel.LANES // THREADS) * kernel.LANES
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(part, range(0, padded, share)))
    return sums[:, :, :n], most[:n].astype(np.float64)
