"""Units of quantity that trade uses, and the conversions between them.

Codes, names and conversion factors are those of UN/ECE Recommendation 20, "Codes for Units of Measure
Used in International Trade", revision 17 (2021); the pound, ounce, hundredweight and ton factors are the
exact ones of the international avoirdupois system (1959); inch, gallons and barrel follow their definitions
(0.0254 m; 231 cubic inches; 4.54609 l; 42 US gallons). Kept small on purpose: a unit that is not here is
*not comparable*, which is an answer, while a guessed factor would be a wrong quantity.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from isthmus.apps.etrade.rules.amounts import multiply

REVISION = "UN/ECE Recommendation 20, revision 17 (2021)"

Dimension = Literal["mass", "volume", "alcohol", "length", "area", "count", "energy", "radioactivity"]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit; ``factor`` leads to its dimension's first unit (kg, litre, metre, m2, one, kWh, GBq).

    Litres of pure alcohol measure the alcohol in a drink, not the drink: a dimension of their own.
    """

    code: str
    name: str
    dimension: Dimension
    factor: Decimal


_TABLE: tuple[tuple[str, str, Dimension, str], ...] = (
    ("KGM", "kilogram", "mass", "1"),
    ("GRM", "gram", "mass", "0.001"),
    ("MGM", "milligram", "mass", "0.000001"),
    ("HGM", "hectogram", "mass", "0.1"),
    ("DTN", "decitonne", "mass", "100"),
    ("TNE", "tonne", "mass", "1000"),
    ("KTN", "kilotonne", "mass", "1000000"),
    ("CTM", "metric carat", "mass", "0.0002"),
    ("LBR", "pound", "mass", "0.45359237"),
    ("ONZ", "ounce", "mass", "0.028349523125"),
    ("CWI", "hundredweight (UK)", "mass", "50.80234544"),
    ("CWA", "hundredweight (US)", "mass", "45.359237"),
    ("STN", "ton (US), short ton", "mass", "907.18474"),
    ("LTN", "ton (UK), long ton", "mass", "1016.0469088"),
    ("LTR", "litre", "volume", "1"),
    ("MLT", "millilitre", "volume", "0.001"),
    ("CLT", "centilitre", "volume", "0.01"),
    ("HLT", "hectolitre", "volume", "100"),
    ("MTQ", "cubic metre", "volume", "1000"),
    ("DMQ", "cubic decimetre", "volume", "1"),
    ("CMQ", "cubic centimetre", "volume", "0.001"),
    ("FTQ", "cubic foot", "volume", "28.316846592"),
    ("GLL", "gallon (US)", "volume", "3.785411784"),
    ("GLI", "gallon (UK)", "volume", "4.54609"),
    ("BLL", "barrel (US)", "volume", "158.987294928"),
    ("LPA", "litre of pure alcohol", "alcohol", "1"),
    ("HPA", "hectolitre of pure alcohol", "alcohol", "100"),
    ("MTR", "metre", "length", "1"),
    ("CMT", "centimetre", "length", "0.01"),
    ("MMT", "millimetre", "length", "0.001"),
    ("KMT", "kilometre", "length", "1000"),
    ("INH", "inch", "length", "0.0254"),
    ("FOT", "foot", "length", "0.3048"),
    ("YRD", "yard", "length", "0.9144"),
    ("MTK", "square metre", "area", "1"),
    ("CMK", "square centimetre", "area", "0.0001"),
    ("FTK", "square foot", "area", "0.09290304"),
    ("HAR", "hectare", "area", "10000"),
    ("C62", "one", "count", "1"),
    ("H87", "piece", "count", "1"),
    ("NAR", "number of articles", "count", "1"),
    ("PR", "pair", "count", "2"),
    ("NPR", "number of pairs", "count", "2"),
    ("DZN", "dozen", "count", "12"),
    ("GRO", "gross", "count", "144"),
    ("CEN", "hundred", "count", "100"),
    ("MIL", "thousand", "count", "1000"),
    ("KWH", "kilowatt hour", "energy", "1"),
    ("MWH", "megawatt hour", "energy", "1000"),
    ("GBQ", "gigabecquerel", "radioactivity", "1"),
)
UNITS = {code: Unit(code, name, dimension, Decimal(factor)) for code, name, dimension, factor in _TABLE}


_SIGNS = {
    "KGM": "kg", "GRM": "g", "MGM": "mg", "TNE": "t", "LTR": "l", "MLT": "ml", "CLT": "cl", "HLT": "hl",
    "MTQ": "m³", "DMQ": "dm³", "CMQ": "cm³", "MTR": "m", "CMT": "cm", "MMT": "mm", "KMT": "km",
    "MTK": "m²", "CMK": "cm²", "HAR": "ha", "KWH": "kWh", "MWH": "MWh", "GBQ": "GBq",
}  # fmt: skip


def sign_of(code: str) -> str:
    """How people of every language write a unit (BIPM, SI Brochure, 9th edition), or its code."""
    return _SIGNS.get(code, code)


def find_unit(code: str) -> Unit | None:
    """The unit of a Recommendation 20 code, or None where this table does not know it."""
    return UNITS.get(code)


def convert(figure: str, source: str, target: str) -> str | None:
    """``figure`` (decimal text) of unit ``source`` in unit ``target``; None means *not comparable*.

    Not comparable are unknown units, units of different dimensions, and results that decimal text of six
    decimals cannot hold exactly.
    """
    here, there = UNITS.get(source), UNITS.get(target)
    if here is None or there is None or here.dimension != there.dimension:
        return None
    if here.factor == there.factor:
        return figure
    try:
        return multiply(figure, Fraction(here.factor) / Fraction(there.factor))
    except ValueError:
        return None
