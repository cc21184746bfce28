"""Products as a catalogue knows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Document:
    """A proof of quality: the standard, the number of the report or certificate, and its last day."""

    standard: str
    number: str
    valid_until: date


@dataclass(frozen=True, slots=True)
class PanelProduct:
    """A panel at standard test conditions: volts at its best point and open, amperes in short circuit."""

    name: str
    wp: int
    cells: int
    vmp: Decimal
    voc: Decimal
    isc: Decimal
    price: Decimal
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class BatteryProduct:
    """A battery: nominal volts and watt-hours on its label, and its mass."""

    name: str
    chemistry: str
    volts: Decimal
    wh: int
    kg: Decimal
    price: Decimal
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class ControllerProduct:
    """A controller that tracks the best point: amperes into the battery, and the most volts of panels."""

    name: str
    amps: int
    most_volts: Decimal
    price: Decimal
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class LampProduct:
    """A lamp on direct current."""

    name: str
    watts: int
    lumens: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class KitProduct:
    """A kit of one maker, tested as a whole; ``voc`` are the volts of its open panel."""

    name: str
    wp: int
    wh: int
    chemistry: str
    volts: Decimal
    voc: Decimal
    lamps: int
    price: Decimal
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All products; ``wires`` is the price of a metre of two-core copper by cross-section in mm²."""

    sample: bool
    currency: str
    checked_on: date
    panels: tuple[PanelProduct, ...]
    batteries: tuple[BatteryProduct, ...]
    controllers: tuple[ControllerProduct, ...]
    lamps: tuple[LampProduct, ...]
    kits: tuple[KitProduct, ...]
    wires: Mapping[Decimal, Decimal]
