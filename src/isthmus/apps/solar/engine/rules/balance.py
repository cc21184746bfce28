"""The hourly energy balance in plain Python: the specification that the kernels are held against."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from isthmus.apps.solar.engine.rules.battery import Battery
from isthmus.apps.solar.engine.rules.kibam import Kibam


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of a system in Wh; ``stored`` is the charge at its end, ``health`` the share of it left."""

    supply: float
    load: float
    charge: float
    drawn: float
    unmet: float
    spilled: float
    leaked: float
    stored: float
    health: float


@dataclass(slots=True)
class Outcome:
    """What a run of hours came to; energies in Wh, ``worn`` in full cycles."""

    load: float = 0.0
    unmet: float = 0.0
    spilled: float = 0.0
    drawn: float = 0.0
    hours: int = 0
    dark_hours: int = 0
    longest_dark: int = 0
    replaced: int = 0
    trace: list[Hour] = field(default_factory=list)

    @property
    def by_energy(self) -> float:
        """Loss-of-load probability by energy: the share of the load that is not met."""
        return self.unmet / self.load if self.load else 0.0

    @property
    def by_hours(self) -> float:
        """Loss-of-load probability by hours: the share of the hours in which something is not met."""
        return self.dark_hours / self.hours if self.hours else 0.0


def balance(
    supply_wh: Sequence[float],
    load_wh: Sequence[float],
    capacity_wh: float,
    battery: Battery,
    ageing: Sequence[float] | None = None,
    *,
    wells: Kibam | None = None,
    keep: bool = False,
) -> Outcome:
    """Run a system hour by hour. The battery starts new and full; ``capacity_wh`` is usable Wh when new.

    ``supply_wh`` is what the controller gives and ``load_wh`` what is asked, both behind it. ``ageing`` is
    the share of the capacity that each hour costs by age alone. The load is served from the panel first;
    what is left charges. A battery that has lost too much is replaced by a new one that holds what the old
    one held.
    """
    found, stored, health, dark = Outcome(), capacity_wh, 1.0, 0
    reach = capacity_wh * wells.share if wells else 0.0
    aged = ageing if ageing is not None else [0.0] * len(supply_wh)
    for supply, load, lost in zip(supply_wh, load_wh, aged, strict=True):
        capacity = capacity_wh * health
        before = min(stored, capacity)
        left = before * battery.kept_per_hour
        leaked = stored - left
        surplus, wanted = max(supply - load, 0.0), max(load - supply, 0.0)
        room = (capacity - left) / battery.charged
        charge = min(surplus, battery.charge_rate * capacity, room)
        held = min(left, battery.discharge_rate * capacity)
        if wells:
            reach = min(reach * left / stored, capacity * wells.share) if stored else 0.0
            held = min(held, wells.most_out(reach, left))
            charge = min(charge, wells.most_in(reach, left, capacity) / battery.charged)
        drawn = min(wanted / battery.discharged, held)
        unmet = wanted - held * battery.discharged if wanted > held * battery.discharged else 0.0
        stored = left + charge * battery.charged - drawn
        if wells:
            reach = wells.after(reach, left, drawn - charge * battery.charged)
        if capacity_wh:
            health -= lost + drawn / capacity_wh * battery.fade_per_cycle
        if health < battery.replaced_at:
            health, found.replaced = 1.0, found.replaced + 1
        dark = dark + 1 if unmet > 0.0 else 0
        found.load += load
        found.unmet += unmet
        found.spilled += surplus - charge
        found.drawn += drawn
        found.hours += 1
        found.dark_hours += unmet > 0.0
        found.longest_dark = max(found.longest_dark, dark)
        if keep:
            found.trace.append(
                Hour(supply, load, charge, drawn, unmet, surplus - charge, leaked, stored, health)
            )
    return found
