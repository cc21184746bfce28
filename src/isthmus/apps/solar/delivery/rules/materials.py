"""The bill of materials of a system: products, wires, fuses and lamps, with their prices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from isthmus.apps.solar.catalogue.rules.choosing import System, kit_for, system_for
from isthmus.apps.solar.catalogue.rules.products import Catalogue, Document, KitProduct
from isthmus.apps.solar.delivery.rules import standards
from isthmus.apps.solar.delivery.rules.standards import Class, Proven
from isthmus.apps.solar.delivery.rules.wiring import Wire, wire_for

FUSE_PRICE: Final = Decimal("2.50")
"""A fuse in its holder, whatever its size; a planning price."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Lengths of wires, one way, in metres; ``load_w`` is the most that lamps and sockets draw at once."""

    panel: Decimal = Decimal(10)
    battery: Decimal = Decimal(2)
    load: Decimal = Decimal(12)
    load_w: Decimal = Decimal(60)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of wire: ``name`` is panel, battery or load."""

    name: str
    amps: Decimal
    volts: Decimal
    metres: Decimal
    wire: Wire


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the bill: ``kind`` names what it is, ``count`` is in pieces or metres."""

    kind: str
    name: str
    count: Decimal
    price: Decimal

    @property
    def total(self) -> Decimal:
        """Of the whole line."""
        return (self.count * self.price).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True)
class Bill:
    """What is bought for one system, how it is proved, and how it is wired; a kit brings its own wires."""

    system: System | None
    kit: KitProduct | None
    proved_as: Class
    items: tuple[Item, ...]
    runs: tuple[Run, ...]
    proofs: tuple[Proven, ...]

    @property
    def total(self) -> Decimal:
        """The price of one system, in the catalogue's currency."""
        return sum((one.total for one in self.items), Decimal(0))


def bill_for(
    catalogue: Catalogue,
    wp: int,
    wh: int,
    chemistry: str,
    *,
    day: date,
    lamps: int = 4,
    runs: Runs | None = None,
    kits: bool = True,
) -> Bill:
    """The bill of a design: the cheapest kit that is large enough, else components.

    ``day`` is that on which documents must hold. NoneFits or TooMuch where nothing of the catalogue will do.
    """
    kit = kit_for(catalogue.kits, wp, wh, chemistry) if kits else None
    if kit is not None:
        return _bill_of_kit(catalogue, kit, lamps, day)
    return _bill_of_system(catalogue, system_for(catalogue, wp, wh, chemistry), lamps, runs or Runs(), day)


def _lamps(catalogue: Catalogue, count: int) -> list[Item]:
    lamp = catalogue.lamps[0]
    return [Item("lamp", lamp.name, Decimal(count), lamp.price)] if count > 0 else []


def _bill_of_kit(catalogue: Catalogue, kit: KitProduct, lamps: int, day: date) -> Bill:
    found = standards.classify(one_kit=True, wp=kit.wp, volts=kit.voc)
    needed = (standards.KIT_STANDARD,) if found is Class.KIT else standards.PANEL_STANDARDS
    items = [Item("kit", kit.name, Decimal(1), kit.price), *_lamps(catalogue, lamps - kit.lamps)]
    return Bill(None, kit, found, tuple(items), (), standards.check(kit.name, needed, kit.documents, day))


def _wires(catalogue: Catalogue, laid: Iterable[Run]) -> list[Item]:
    """Wires and fuses of all runs; those of one size are bought together."""
    metres: dict[Decimal, Decimal] = {}
    fuses: dict[int, int] = {}
    for run in laid:
        metres[run.wire.mm2] = metres.get(run.wire.mm2, Decimal(0)) + run.metres
        fuses[run.wire.fuse] = fuses.get(run.wire.fuse, 0) + 1
    return [
        *(Item("wire", f"{mm2} mm²", length, catalogue.wires[mm2]) for mm2, length in sorted(metres.items())),
        *(Item("fuse", f"{amps} A", Decimal(count), FUSE_PRICE) for amps, count in sorted(fuses.items())),
    ]


def _bill_of_system(catalogue: Catalogue, system: System, lamps: int, runs: Runs, day: date) -> Bill:
    volts = Decimal(system.volts)
    laid = tuple(
        Run(name, amps, at, metres, wire_for(amps, at, metres))
        for name, amps, at, metres in (
            ("panel", system.panel.isc * system.strings, system.panel.vmp * system.series, runs.panel),
            ("battery", Decimal(system.controller.amps), volts, runs.battery),
            ("load", runs.load_w / volts, volts, runs.load),
        )
    )
    panels, batteries = system.series * system.strings, system.battery_series * system.battery_strings
    items = [
        Item("panel", system.panel.name, Decimal(panels), system.panel.price),
        Item("battery", system.battery.name, Decimal(batteries), system.battery.price),
        Item("controller", system.controller.name, Decimal(1), system.controller.price),
        *_wires(catalogue, laid),
        *_lamps(catalogue, lamps),
    ]
    proofs: list[Proven] = []
    products: Mapping[str, tuple[Iterable[str], tuple[Document, ...]]] = {
        system.panel.name: (standards.PANEL_STANDARDS, system.panel.documents),
        system.battery.name: (
            standards.BATTERY_STANDARDS[system.battery.chemistry],
            system.battery.documents,
        ),
        system.controller.name: (standards.CONTROLLER_STANDARDS, system.controller.documents),
    }
    for name, (needed, documents) in products.items():
        proofs += standards.check(name, needed, documents, day)
    return Bill(system, None, Class.COMPONENTS, tuple(items), laid, tuple(proofs))


@dataclass(frozen=True, slots=True)
class Household:
    """A design of a household of a district."""

    district: str
    wp: int
    battery_wh: int
    battery: str


@dataclass(frozen=True, slots=True)
class Lot:
    """So many systems of one class for a district."""

    district: str
    wp: int
    battery_wh: int
    battery: str
    proved_as: Class
    count: int


def lots_of(catalogue: Catalogue, households: Iterable[Household], day: date) -> tuple[Lot, ...]:
    """Lots of a plan: households of a district whose designs come to the same products go together.

    A lot asks for the size of what the products give, so that makers compete on one specification.
    """
    counted: dict[tuple[str, int, int, str, Class], int] = {}
    bills: dict[tuple[int, int, str], tuple[int, int, Class]] = {}
    for one in households:
        design = (one.wp, one.battery_wh, one.battery)
        if design not in bills:
            bill = bill_for(catalogue, *design, day=day)
            size = bill.kit or bill.system
            assert size is not None, "a bill is of one of them"
            bills[design] = (size.wp, size.wh, bill.proved_as)
        wp, wh, proved_as = bills[design]
        key = (one.district, wp, wh, one.battery, proved_as)
        counted[key] = counted.get(key, 0) + 1
    return tuple(Lot(*key, count) for key, count in sorted(counted.items()))
