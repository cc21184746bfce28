"""A year of hours through NREL's battery model, in an environment of its own: prints its processor seconds.

``python pysam_battery.py HOURS``: PySAM's BatteryStateful steps through the hours as a
program would call it, one execution an hour, with a current that charges by day and not in the evening.
"""

import json
import sys
import time

from PySAM import BatteryStateful


def main(hours: int) -> None:
    model = BatteryStateful.default("LFPGraphite")
    model.Controls.control_mode = 0.0
    model.Controls.dt_hr = 1.0
    model.Controls.input_current = 0.0
    model.ParamsCell.initial_SOC = 90.0
    model.ParamsCell.minimum_SOC = 10.0
    model.ParamsCell.maximum_SOC = 95.0
    model.setup()
    began = time.process_time()
    for hour in range(hours):
        model.Controls.input_current = 1.0 if hour % 24 > 17 else -0.4
        model.execute(0)
    print(json.dumps({"seconds": time.process_time() - began, "soc": model.StatePack.SOC}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
