"""The invented operators and products of the two nodes that compare their excise, marked as samples."""

from dataclasses import dataclass
from datetime import date

from isthmus.node.demo.countries import MARK

FROM = date(2022, 1, 1)
"""The day on which the sample operators were registered."""
TAXED = date(2023, 5, 1)
"""The month of the sample returns: Moldova's tariff states rates until the end of 2023."""


@dataclass(frozen=True, slots=True)
class SampleProduct:
    """A product: GTIN of the range for use within a company (it belongs to nobody), codes, strength, size."""

    gtin: str
    name: str
    hs_code: str
    excise_code: str
    abv_thousandths: int
    volume_ml: int
    container: str = "Glass bottle"


@dataclass(frozen=True, slots=True)
class SampleOperator:
    """An operator with its authorisations (kind and product groups), warehouse and products.

    ``firm`` is the code of its organisation at the node, where it has one; ``suspended`` says why its first
    authorisation does not count at present.
    """

    excise_number: str
    name: str
    tax_number: str
    kind: str
    address: str
    authorised: tuple[tuple[str, tuple[str, ...]], ...]
    warehouse: str = ""
    firm: str = ""
    products: tuple[SampleProduct, ...] = ()
    suspended: str = ""


BRANDY = SampleProduct("02000000000206", f"Divin Codru, 5 years {MARK}", "220820", "S200", 40_000, 500)
WINE = SampleProduct("02000000000107", f"Fetească Neagră Codru {MARK}", "220421", "W200", 13_500, 750)

RETURNS = (
    ("MD0000000B001", "beer,4.5,0.5,40000,2023-05-09", 1),
    ("MD0000000C001", "spirits,40,0.5,1200,2023-05-16", 2),
)
"""Excise number, what was released for consumption, and in how many equal parts the duty is paid: the first
part only is paid, so that the second return is overdue.
"""

CASES, MISSING_LITRES = 40, 6
"""Of brandy: cases of a dozen that leave for the Maldives, and what is missing of them on arrival."""

OPERATORS = {
    "md": (
        SampleOperator(
            "MD0000000C001",
            f"Codru Wines Export {MARK}",
            "1003600000017",
            "producer",
            "Strada Viilor 4, Orhei",
            (("produce", ("W", "S")), ("store", ("W", "S")), ("send", ("W", "S"))),
            warehouse="MD0000000W001",
            firm="broker",
            products=(
                WINE,
                BRANDY,
                SampleProduct("02000000000305", f"Vin spumant Codru {MARK}", "220410", "W300", 12_000, 750),
            ),
        ),
        SampleOperator(
            "MD0000000B001",
            f"Nistru Brewery {MARK}",
            "1003600000025",
            "producer",
            "Strada Malului 12, Tiraspol",
            (("produce", ("B",)), ("sell", ("B",))),
            warehouse="MD0000000W002",
            products=(
                SampleProduct("02000000000404", f"Nistru blond {MARK}", "220300", "B000", 4_500, 500),
                SampleProduct("02000000000503", f"Nistru brun {MARK}", "220300", "B000", 5_600, 330),
            ),
        ),
        SampleOperator(
            "MD0000000I001",
            f"Prut Spirits Import {MARK}",
            "1003600000033",
            "importer",
            "Şoseaua Leuşeni 1, Hînceşti",
            (("import", ("S",)),),
            suspended="Its returns for two months were not sent in.",
        ),
    ),
    "mv": (
        SampleOperator(
            "MV0000000C001",
            f"Coral Bonded Store {MARK}",
            "MV1000017",
            "warehouse-keeper",
            "Harbour road 9, Malé",
            (("store", ("B", "W", "S")), ("import", ("B", "W", "S")), ("receive", ("B", "W", "S"))),
            warehouse="MV0000000W001",
            firm="broker",
        ),
        SampleOperator(
            "MV0000000R001",
            f"Blue Lagoon Resort {MARK}",
            "MV1000025",
            "consignee",
            "Blue Lagoon island",
            (("import", ("B", "W", "S")), ("sell", ("B", "W", "S"))),
        ),
        SampleOperator(
            "MV0000000R002",
            f"Palm Reef Resort {MARK}",
            "MV1000033",
            "consignee",
            "Palm Reef island",
            (("import", ("B", "W", "S")), ("sell", ("B", "W", "S"))),
        ),
    ),
}
"""By node, in the order of their registration."""
