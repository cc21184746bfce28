"""A year of hours through CLOVER's battery step, in an environment of its own: prints its processor seconds.

``python clover_battery.py HOURS``: the function that CLOVER calls for each hour (PyPI ``clover-energy``),
with a table of pandas as its profile. CLOVER does more in an hour than this: a whole run of it takes longer.
"""

import json
import logging
import sys
import time
from types import SimpleNamespace

import pandas as pd
from clover.simulation.storage import battery_iteration_step


def main(hours: int) -> None:
    flows = [-0.09 if hour % 24 > 17 else 0.05 for hour in range(hours)]
    profile = pd.DataFrame(flows)
    held = SimpleNamespace(
        leakage=0.0, conversion_in=0.95, conversion_out=0.95, charge_rate=10.0, discharge_rate=10.0
    )
    grid, log, stored = SimpleNamespace(battery=held), logging.getLogger("clover"), {}
    capacity, missed = 0.6, 0.0
    began = time.process_time()
    for hour in range(hours):
        _flow, _excess, after = battery_iteration_step(
            profile, stored, capacity, log, capacity, grid, 0.0, time_index=hour
        )
        missed += max(-after, 0.0)
        stored[hour] = min(max(after, 0.0), capacity)
    print(json.dumps({"seconds": time.process_time() - began, "missed": missed}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
