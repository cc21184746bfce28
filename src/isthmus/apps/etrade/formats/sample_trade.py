"""The invented trade that sample declarations tell of: Myanmar's exports to China.

Goods, headings, ports and crossings are real; every firm, number and shipment is invented. HS codes are
those of the 2022 edition; places are UN/LOCODE. Prices are plausible, not statistics.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Good:
    """A thing exported: its tariff code, usual lot and price, and the modes by which it travels."""

    description: str
    tariff_code: str
    net_kg: tuple[int, int]
    usd_per_kg: Decimal
    tare: Decimal
    kg_per_package: int
    modes: str
    unit: str
    kg_per_unit: Decimal


@dataclass(frozen=True, slots=True)
class Route:
    """A way out: WCO mode of transport and the place of discharge."""

    mode: str
    discharge: str


# description, tariff code, kg in a lot, USD a kg, tare, kg a package, modes, unit, kg a unit
_TABLE: tuple[tuple[str, str, tuple[int, int], str, str, int, str, str, str], ...] = (
    ("Black matpe (urad beans), FAQ", "07133190", (24_000, 250_000), "0.98", "0.006", 50, "13", "KGM", "1"),
    ("Green mung beans", "07133110", (24_000, 200_000), "1.12", "0.006", 50, "13", "KGM", "1"),
    ("Pigeon peas (toor whole)", "07136000", (24_000, 150_000), "1.05", "0.006", 50, "1", "KGM", "1"),
    ("White rice, 25% broken", "10063099", (50_000, 500_000), "0.46", "0.005", 50, "13", "TNE", "1000"),
    ("Broken rice", "10064090", (50_000, 400_000), "0.39", "0.005", 50, "13", "TNE", "1000"),
    ("Sesame seeds, natural black", "12074090", (19_000, 95_000), "1.85", "0.008", 50, "13", "KGM", "1"),
    ("Frozen rohu fish, whole", "03038919", (12_000, 54_000), "1.30", "0.09", 20, "13", "KGM", "1"),
    ("Frozen shrimps and prawns", "03061790", (8_000, 27_000), "6.40", "0.12", 10, "14", "KGM", "1"),
    ("Live mud crabs", "03063300", (400, 3_000), "8.75", "0.15", 10, "34", "KGM", "1"),
    ("Jadeite, rough boulders", "71031010", (200, 6_000), "85.00", "0.04", 400, "34", "KGM", "1"),
    ("Jade cabochons, polished", "71039900", (5, 60), "1250.00", "0.20", 5, "4", "GRM", "0.001"),
    ("Men's trousers, polyester", "62034300", (900, 9_000), "13.40", "0.11", 15, "14", "H87", "0.45"),
    ("T-shirts of cotton, knitted", "61091010", (700, 8_000), "11.20", "0.10", 12, "14", "H87", "0.18"),
    ("Natural rubber RSS 3", "40012130", (20_000, 120_000), "1.72", "0.01", 33, "13", "KGM", "1"),
    ("Natural rubber TSR 20", "40012220", (20_000, 140_000), "1.58", "0.02", 35, "13", "KGM", "1"),
    ("Maize for feed", "10059090", (30_000, 300_000), "0.29", "0.005", 50, "13", "KGM", "1"),
    ("Watermelons, fresh", "08071100", (15_000, 30_000), "0.22", "0.03", 20, "3", "KGM", "1"),
    ("Mangoes, fresh (Sein Ta Lone)", "08045020", (8_000, 24_000), "0.85", "0.07", 15, "3", "KGM", "1"),
)
GOODS = tuple(
    Good(what, code, lot, Decimal(price), Decimal(tare), package, modes, unit, Decimal(per_unit))
    for what, code, lot, price, tare, package, modes, unit, per_unit in _TABLE
)
# What one shipment may weigh in all, by mode: a part of a ship, one lorry, one flight.
MOST_KG = {"1": 500_000, "3": 28_000, "4": 6_000}
ROUTES = (
    Route("1", "CNSGH"),
    Route("1", "CNQIN"),
    Route("1", "CNNSA"),
    Route("1", "CNTXG"),
    Route("1", "CNQZH"),
    Route("3", "CNRUI"),
    Route("3", "CNLNC"),
    Route("4", "CNKMG"),
    Route("4", "CNPVG"),
)
# Firms with the HS chapters they deal in.
EXPORTERS = (
    ("Ayeyarwady Harvest Co., Ltd.", ("07", "10", "12")),
    ("Bago Plains Pulses Co., Ltd.", ("07", "12")),
    ("Shwe Pathein Rice Mills Co., Ltd.", ("10",)),
    ("Mottama Seafoods Co., Ltd.", ("03",)),
    ("Mon Rubber Growers Co., Ltd.", ("40",)),
    ("Hlaing River Garments Co., Ltd.", ("61", "62")),
    ("Chindwin Stone Trading Co., Ltd.", ("71",)),
    ("Shan Plateau Fruit Co., Ltd.", ("08",)),
)
CONSIGNEES = (
    ("Ruili Clear Stream Trading Co., Ltd.", "18 Jiegao Road, Ruili, Yunnan"),
    ("Kunming Three Lakes Import Co., Ltd.", "205 Beijing Road, Kunming, Yunnan"),
    ("Shanghai East Quay Foods Co., Ltd.", "77 Yangshupu Road, Shanghai"),
    ("Qingdao Blue Harbour Grain Co., Ltd.", "9 Hong Kong Middle Road, Qingdao"),
    ("Guangzhou Pearl Delta Goods Co., Ltd.", "31 Jinling Road, Nansha, Guangzhou"),
    ("Lincang Mengding Trading Co., Ltd.", "6 Border Road, Mengding, Lincang"),
)
AGENTS = ("Yangon River Clearing Services", "Muse Gate Customs Brokers", "Strand Road Forwarders")
