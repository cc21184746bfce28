"""What a draft must say beyond what its schema demands: who, from where, to where, how strong, how long.

The conditions follow the meaning of the EMCS codes (destination type, origin type); the schemas state them in
no machine's terms, so a national system may see them otherwise: they are remarks, not refusals.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from isthmus.apps.excise.movements.rules.journey import LIMIT_DAYS, excess

TAX_WAREHOUSE, DIRECT_DELIVERY, EXEMPTED, EXPORT, UNKNOWN = "1", "4", "5", "6", "8"
"""Codes of the type of destination."""
FROM_WAREHOUSE, FROM_IMPORT = "1", "2"
"""Codes of the type of origin."""
_ALCOHOL = ("B", "I", "S", "W")
_ENERGY = "E"
MOST_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Goods:
    """One line; masses in kg, strength in per cent by volume, density in kg/m3."""

    number: int
    product: str
    gross_kg: Decimal
    net_kg: Decimal
    abv: Decimal | None = None
    density: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a draft says, as far as the conditions look at it."""

    destination: str
    origin: str
    journey: str
    mode: str
    goods: tuple[Goods, ...]
    has_consignee: bool = False
    has_delivery_place: bool = False
    has_export_office: bool = False
    has_exemption: bool = False
    has_dispatch_warehouse: bool = False
    has_import_office: bool = False


class Lack(StrEnum):
    """What is wrong with a draft."""

    CONSIGNEE = "consignee"
    DELIVERY_PLACE = "delivery-place"
    EXPORT_OFFICE = "export-office"
    EXEMPTION = "exemption"
    DISPATCH_WAREHOUSE = "dispatch-warehouse"
    IMPORT_OFFICE = "import-office"
    JOURNEY = "journey"
    NO_TIME = "no-time"
    MODE = "mode"
    NUMBER = "number"
    STRENGTH = "strength"
    TOO_STRONG = "too-strong"
    DENSITY = "density"
    MASS = "mass"


@dataclass(frozen=True, slots=True)
class Remark:
    """One condition that does not hold; ``line`` is the number of the goods' line, 0 for the whole draft."""

    lack: Lack
    line: int = 0


def remarks(facts: Facts, limits: Mapping[str, int] = LIMIT_DAYS) -> tuple[Remark, ...]:
    """Every condition that does not hold, those of the whole draft first."""
    return (*_of_the_whole(facts, limits), *_of_the_goods(facts.goods))


def _of_the_whole(facts: Facts, limits: Mapping[str, int]) -> Iterator[Remark]:
    wanted = (
        (Lack.CONSIGNEE, facts.destination != UNKNOWN, facts.has_consignee),
        (
            Lack.DELIVERY_PLACE,
            facts.destination in {TAX_WAREHOUSE, DIRECT_DELIVERY},
            facts.has_delivery_place,
        ),
        (Lack.EXPORT_OFFICE, facts.destination == EXPORT, facts.has_export_office),
        (Lack.EXEMPTION, facts.destination == EXEMPTED, facts.has_exemption),
        (Lack.DISPATCH_WAREHOUSE, facts.origin == FROM_WAREHOUSE, facts.has_dispatch_warehouse),
        (Lack.IMPORT_OFFICE, facts.origin == FROM_IMPORT, facts.has_import_office),
    )
    for lack, needed, there in wanted:
        if needed and not there:
            yield Remark(lack)
    if facts.journey in {"D00", "H00"}:
        yield Remark(Lack.NO_TIME)
    elif facts.mode not in limits:
        yield Remark(Lack.MODE)
    elif excess(facts.journey, facts.mode, limits):
        yield Remark(Lack.JOURNEY)


def _of_the_goods(goods: tuple[Goods, ...]) -> Iterator[Remark]:
    times = Counter(line.number for line in goods)
    for line in goods:
        if times[line.number] > 1:
            yield Remark(Lack.NUMBER, line.number)
        if line.product.startswith(_ALCOHOL) and line.abv is None:
            yield Remark(Lack.STRENGTH, line.number)
        if line.abv is not None and line.abv > MOST_PERCENT:
            yield Remark(Lack.TOO_STRONG, line.number)
        if line.product.startswith(_ENERGY) and line.density is None:
            yield Remark(Lack.DENSITY, line.number)
        if line.net_kg > line.gross_kg:
            yield Remark(Lack.MASS, line.number)
