"""The corridors of the invented trade: what Myanmar sends to China, Thailand and Bangladesh, and whither.

Goods, headings, ports and crossings are real; every firm, number and shipment is invented. HS codes are
those of the 2022 edition; places are UN/LOCODE.
"""

from dataclasses import dataclass
from decimal import Decimal

from isthmus.apps.etrade.formats.sample_trade import CONSIGNEES, EXPORTERS, GOODS, ROUTES, Good, Route


@dataclass(frozen=True, slots=True)
class Trade:
    """One corridor out of Myanmar: goods, ways, exporters with their HS chapters, consignees with addresses.

    Serial numbers and firms' numbers of different corridors never meet.
    """

    country: str
    first_serial: int
    first_firm: int
    goods: tuple[Good, ...]
    routes: tuple[Route, ...]
    exporters: tuple[tuple[str, tuple[str, ...]], ...]
    consignees: tuple[tuple[str, str], ...]

    def seed(self, number: int) -> str:
        """What the invention of this corridor is drawn from."""
        return f"isthmus-samples-{number}" + (f"-{self.country}" if self.country != "CN" else "")


def _goods(*codes: str) -> tuple[Good, ...]:
    return tuple(good for good in GOODS if good.tariff_code in codes)


def _good(
    what: str, code: str, lot: tuple[int, int], price: str, tare: str, package: int, modes: str
) -> Good:
    return Good(what, code, lot, Decimal(price), Decimal(tare), package, modes, "KGM", Decimal(1))


TO_CHINA = Trade("CN", 1, 1000, GOODS, ROUTES, EXPORTERS, CONSIGNEES)
TO_THAILAND = Trade(
    "TH",
    20_001,
    1100,
    (
        *_goods("10059090", "03038919", "12074090", "07133190"),
        _good("Areca nuts, dried, whole", "08028000", (10_000, 50_000), "1.15", "0.01", 50, "13"),
        _good("Chillies, dried", "09042110", (8_000, 26_000), "2.10", "0.04", 25, "3"),
        _good("Tin concentrates", "26090000", (20_000, 80_000), "14.20", "0.02", 1000, "13"),
        _good("Copper cathodes", "74031100", (20_000, 120_000), "8.90", "0.002", 2500, "13"),
    ),
    (
        Route("1", "THLCH"),
        Route("1", "THBKK"),
        Route("1", "THRNN"),
        Route("3", "THMST"),
        Route("3", "THMSA"),
    ),
    (
        ("Kayin Highland Maize Co., Ltd.", ("10", "12")),
        ("Dawei Areca Traders Co., Ltd.", ("08", "09")),
        ("Myeik Archipelago Fisheries Co., Ltd.", ("03",)),
        ("Heinda Mineral Exports Co., Ltd.", ("26", "74")),
        ("Bago Plains Pulses Co., Ltd.", ("07", "12")),
    ),
    (
        ("Mae Sot Golden Gate Import Co., Ltd.", "41 Intharakhiri Road, Mae Sot, Tak"),
        ("Chao Phraya Feed Mills Co., Ltd.", "120 Charoen Krung Road, Bangkok"),
        ("Laem Chabang Metals Trading Co., Ltd.", "8 Sukhumvit Road, Si Racha, Chon Buri"),
        ("Ranong Andaman Seafoods Co., Ltd.", "15 Ruangrat Road, Ranong"),
    ),
)
TO_BANGLADESH = Trade(
    "BD",
    30_001,
    1200,
    (
        *_goods("10063099", "07136000", "07133190", "03038919"),
        _good("Onions, fresh", "07031019", (12_000, 60_000), "0.38", "0.02", 40, "1"),
        _good("Ginger, fresh", "09101100", (10_000, 60_000), "0.62", "0.03", 40, "1"),
        _good("Fish, dried", "03055990", (5_000, 25_000), "2.40", "0.06", 25, "1"),
    ),
    (Route("1", "BDCGP"), Route("1", "BDMGL")),
    (
        ("Shwe Pathein Rice Mills Co., Ltd.", ("10",)),
        ("Sittwe Bay Trading Co., Ltd.", ("03", "09")),
        ("Magway Dry Zone Pulses Co., Ltd.", ("07",)),
    ),
    (
        ("Karnaphuli Traders Ltd.", "64 Khatunganj, Chattogram"),
        ("Buriganga Foods Ltd.", "22 Imamganj, Dhaka"),
        ("Rupsha Import House Ltd.", "5 Mongla Port Road, Mongla, Bagerhat"),
    ),
)
TRADES = {"cn": TO_CHINA, "th": TO_THAILAND, "bd": TO_BANGLADESH}
"""The corridors by the node of the country that imports."""
