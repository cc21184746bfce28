"""The worst minute of a load, against what a battery gives at once.

An hour's mean hides it: a pump of 300 W that runs six minutes is 30 Wh. What an inverter must carry is told
with the load; a battery's own limit is its rate of discharge.
"""

from dataclasses import dataclass

from isthmus.apps.solar.engine.rules.battery import Battery


@dataclass(frozen=True, slots=True)
class Peak:
    """All that is on at once, W, and what the battery gives, W; from ``least_wh`` on a label it is enough."""

    asks_w: float
    gives_w: float
    least_wh: float

    @property
    def is_carried(self) -> bool:
        """Whether the battery gives what is asked; a rounding of the machine is none too little."""
        return self.asks_w <= self.gives_w * (1.0 + 1e-9)


def peak_on(battery_wh: float, battery: Battery, asks_w: float) -> Peak:
    """What is asked at once of a battery of so many Wh on its label."""
    per_wh = battery.usable * battery.discharge_rate * battery.discharged
    return Peak(asks_w, battery_wh * per_wh, asks_w / per_wh)
