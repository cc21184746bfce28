"""A design snapped to products: the cheapest that are at least as large."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Final

from isthmus.apps.solar.catalogue.rules.products import (
    BatteryProduct,
    Catalogue,
    ControllerProduct,
    KitProduct,
    PanelProduct,
)

COLD: Final = Decimal("1.2")
"""By how much the open voltage of a panel rises in the cold: 0.33 % a kelvin, 60 K below 25 °C."""
HEADROOM: Final = Decimal("1.25")
"""How far the best point of a string lies above the battery at least, for a controller to charge it."""


class NoneFits(LookupError):
    """No product fits; the argument names what is missing: panel, battery or controller."""


@dataclass(frozen=True, slots=True)
class System:
    """A system of components: ``series`` panels in each of ``strings``, batteries in series and parallel."""

    volts: int
    panel: PanelProduct
    series: int
    strings: int
    battery: BatteryProduct
    battery_series: int
    battery_strings: int
    controller: ControllerProduct

    @property
    def wp(self) -> int:
        """Watt-peak of all panels."""
        return self.panel.wp * self.series * self.strings

    @property
    def wh(self) -> int:
        """Watt-hours on the labels of all batteries."""
        return self.battery.wh * self.battery_series * self.battery_strings

    @property
    def open_volts(self) -> Decimal:
        """The highest voltage of a string, in the cold."""
        return self.panel.voc * self.series * COLD

    @property
    def price(self) -> Decimal:
        """Of panels, batteries and the controller."""
        panels = self.panel.price * self.series * self.strings
        batteries = self.battery.price * self.battery_series * self.battery_strings
        return panels + batteries + self.controller.price


def system_volts(wp: int) -> int:
    """The voltage of the battery: 12 V for small systems, 24 and 48 V where currents would be too high."""
    return 12 if wp <= 400 else 24 if wp <= 1000 else 48


def kit_for(kits: Iterable[KitProduct], wp: int, wh: int, chemistry: str) -> KitProduct | None:
    """The cheapest kit that is as large as the design, or None."""
    good = [one for one in kits if one.wp >= wp and one.wh >= wh and one.chemistry == chemistry]
    return min(good, key=lambda one: (one.price, one.name), default=None)


def _bank(catalogue: Catalogue, wh: int, chemistry: str, volts: int) -> tuple[BatteryProduct, int, int]:
    found = []
    for one in catalogue.batteries:
        if one.chemistry == chemistry:
            series = volts // 12
            strings = -(-wh // (one.wh * series))
            found.append((one.price * series * strings, strings, one.name, one, series))
    if not found:
        raise NoneFits("battery")
    _price, strings, _name, battery, series = min(found)
    return battery, series, strings


def system_for(catalogue: Catalogue, wp: int, wh: int, chemistry: str) -> System:
    """The cheapest components that are as large as the design; NoneFits where there are none."""
    volts = system_volts(wp)
    battery, battery_series, battery_strings = _bank(catalogue, wh, chemistry, volts)
    found = []
    for panel in catalogue.panels:
        series = ceil(volts * HEADROOM / panel.vmp)
        strings = -(-wp // (panel.wp * series))
        amps = Decimal(panel.wp * series * strings) / volts
        for controller in catalogue.controllers:
            if panel.voc * series * COLD <= controller.most_volts and amps <= controller.amps:
                one = System(
                    volts,
                    panel,
                    series,
                    strings,
                    battery,
                    battery_series,
                    battery_strings,
                    controller,
                )
                found.append((one.price, strings, panel.name, controller.name, one))
    if not found:
        raise NoneFits("controller")
    return min(found)[-1]
