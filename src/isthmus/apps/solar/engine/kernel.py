"""The hourly balance compiled: many designs side by side in the lanes of the processor, hour after hour.

Designs are worked on in blocks of `LANES`, whose state stays in the processor's first cache; time is the
outer loop and knows no branch, so that the compiler does the same step for sixteen designs at once. Steps are
in float32; sums are carried over into float64 at the end of each year, so that they do not lose the small
hours, and the capacity is kept as what is lost of it, for the same reason.
`rules.balance` is the reference.

The caller shares the blocks out to threads of its own (``nogil``): the compiler's own threads end a process
in which two requests meet in them.
"""

import numba
import numpy as np
from numpy.typing import NDArray

Lanes = NDArray[np.float32]
Sums = NDArray[np.float64]

LANES = 64
# NaN stays NaN: what reaches the kernel was checked before, and what the kernel would make of it must show.
_LOOSE = {"nsz", "contract", "arcp", "reassoc"}


@numba.njit(cache=True, fastmath=_LOOSE, error_model="numpy", nogil=True)
def full(
    supply: Lanes,
    load: Lanes,
    ageing: Lanes,
    faded: Sums,
    wp: Lanes,
    capacity: Lanes,
    figures: Lanes,
    hours_per_year: NDArray[np.int64],
    sums: Sums,
    most: NDArray[np.float32],
    start: int,
    stop: int,
) -> None:
    """Everything that `rules.balance` does, for the designs from ``start`` to ``stop``, multiples of `LANES`.

    ``supply`` W per Wp, ``load`` Wh and ``ageing`` (the share lost) by hour; ``faded`` by year: what is left
    of the panel's output. ``wp`` and ``capacity`` (usable Wh) by design, n in all. ``figures`` are the
    battery's: charged, discharged, kept_per_hour, charge_rate, discharge_rate, fade_per_cycle, replaced_at.
    ``sums`` (years, 5, n) gets unmet Wh, dark hours, spilled Wh, drawn Wh and replacements of each year,
    ``most`` (n) the longest dark time in hours.
    """
    into, outof, kept, fast_in, fast_out, by_cycle, end = (
        figures[0],
        figures[1],
        figures[2],
        figures[3],
        figures[4],
        figures[5],
        figures[6],
    )
    one, nothing = np.float32(1.0), np.float32(0.0)
    per_in, per_out, most_lost = one / into, one / outof, one - end
    for first in range(start, stop, LANES):
        size = wp[first : first + LANES]
        new = capacity[first : first + LANES]
        stored = new.copy()
        lost = np.zeros(LANES, np.float32)
        cycle = np.empty(LANES, np.float32)
        for lane in range(LANES):
            cycle[lane] = by_cycle / new[lane] if new[lane] > nothing else nothing
        dark = np.zeros(LANES, np.float32)
        longest = np.zeros(LANES, np.float32)
        unmet = np.empty(LANES, np.float32)
        hours = np.empty(LANES, np.float32)
        spilled = np.empty(LANES, np.float32)
        drawn = np.empty(LANES, np.float32)
        replaced = np.empty(LANES, np.float32)
        hour = 0
        for year in range(len(hours_per_year)):
            unmet[:] = nothing
            hours[:] = nothing
            spilled[:] = nothing
            drawn[:] = nothing
            replaced[:] = nothing
            left_of_panel = np.float32(faded[year])
            for _hour in range(hours_per_year[year]):
                sun, asked, aged = supply[hour] * left_of_panel, load[hour], ageing[hour]
                hour += 1
                for lane in range(LANES):
                    room_in_all = new[lane] * (one - lost[lane])
                    left = min(stored[lane], room_in_all) * kept
                    net = sun * size[lane] - asked
                    surplus, wanted = max(net, nothing), max(-net, nothing)
                    charge = min(surplus, fast_in * room_in_all, (room_in_all - left) * per_in)
                    held = min(left, fast_out * room_in_all)
                    out = min(wanted * per_out, held)
                    short = max(wanted - held * outof, nothing)
                    stored[lane] = left + charge * into - out
                    worn = lost[lane] + (aged + out * cycle[lane])
                    over = worn > most_lost
                    lost[lane] = nothing if over else worn
                    is_dark = one if short > nothing else nothing
                    run = (dark[lane] + one) * is_dark
                    dark[lane] = run
                    longest[lane] = max(longest[lane], run)
                    unmet[lane] += short
                    hours[lane] += is_dark
                    spilled[lane] += surplus - charge
                    drawn[lane] += out
                    replaced[lane] += one if over else nothing
            for lane in range(LANES):
                sums[year, 0, first + lane] = unmet[lane]
                sums[year, 1, first + lane] = hours[lane]
                sums[year, 2, first + lane] = spilled[lane]
                sums[year, 3, first + lane] = drawn[lane]
                sums[year, 4, first + lane] = replaced[lane]
        for lane in range(LANES):
            most[first + lane] = longest[lane]
