"""Whether a tariff can be worked with: roundings in order, no two rows for one line, examples that come
out.
"""

from collections.abc import Iterator
from itertools import combinations

from isthmus.apps.excise.tariff.rules.choosing import reliefs_of
from isthmus.apps.excise.tariff.rules.coefficients import LARGEST_DIVISOR, LARGEST_FACTOR, bounds
from isthmus.apps.excise.tariff.rules.model import (
    LITRE_SCALE,
    ORDER,
    At,
    Band,
    Base,
    Example,
    LineFault,
    Rounding,
    Row,
    Tariff,
)
from isthmus.apps.excise.tariff.rules.reference import Assessment, assess
from isthmus.apps.excise.tariff.rules.rounding import written

Found = tuple[str, str]
"""Where a fault is, and what it is."""
_BANDS = ("abv", "plato", "size_l", "producer_hl")


def faults_of(tariff: Tariff) -> list[Found]:
    """Everything that keeps a tariff from being used; empty for a sound one."""
    found = [(row.rule, said) for row in tariff.rows for said in _of_row(row, tariff.minor)]
    found += _of_pairs(tariff.rows)
    if not found:
        found += [
            (f"example “{example.title}”", said)
            for example in tariff.examples
            if (said := failure(tariff, example))
        ]
    return found


def _of_row(row: Row, minor: int) -> Iterator[str]:
    if row.last_day is not None and row.last_day < row.first_day:
        yield f"its last day {row.last_day} lies before its first {row.first_day}"
    for name in _BANDS:
        band: Band = getattr(row, name)
        if band.low is not None and band.high is not None and band.low > band.high:
            yield f"the band of {name} ends before it begins"
    if sum((bool(row.parts), row.exempt, bool(row.missing))) != 1:
        yield "it must have a rate, or be exempt, or say why its rate is missing"
    if any((part.base is Base.VALUE) is (part.of is None) for part in row.parts):
        yield "a rate on a value names the value with `of`, and no other rate does"
    yield from _of_roundings(row, minor)
    divisor, factor = bounds(row, minor) if row.discount is None or row.rounding(At.DISCOUNT) else (1, 1)
    if divisor > LARGEST_DIVISOR or factor > LARGEST_FACTOR:
        yield "its rate and its roundings have too many decimals to be worked out in whole numbers"


def _of_roundings(row: Row, minor: int) -> Iterator[str]:
    places = [ORDER.index(one.at) for one in row.roundings]
    if places != sorted(set(places)):
        yield f"its roundings must stand once each in the order {', '.join(ORDER)}"
    if row.rounding(At.DUTY) is None:
        yield "the duty must be rounded to the minor unit"
    if (row.rounding(At.DISCOUNT) is None) is not (row.discount is None):
        yield "a discount needs its rounding, and a rounding of the discount needs a discount"
    for one in row.roundings:
        yield from _of_one(one, minor)
    for charge in row.charges:
        if charge.part.base is not Base.VALUE or charge.rounding.at is not At.DUTY:
            yield f"the charge {charge.name} must be on a value and rounded at the duty"
        yield from _of_one(charge.rounding, minor)


def _of_one(one: Rounding, minor: int) -> Iterator[str]:
    if one.at in {At.PART, At.DUTY} and (one.to * minor).denominator != 1:
        yield f"the rounding of the {one.at} to {written(one.to)} is finer than the minor unit"
    if one.at is At.LITRES and (one.to * LITRE_SCALE).denominator != 1:
        yield f"the rounding of the litres to {written(one.to)} is finer than a microlitre"


def _meet(one: Row, other: Row) -> bool:
    days = (one.last_day is None or other.first_day <= one.last_day) and (
        other.last_day is None or one.first_day <= other.last_day
    )
    return days and all(getattr(one, name).meets(getattr(other, name)) for name in _BANDS)


def _of_pairs(rows: tuple[Row, ...]) -> Iterator[Found]:
    for one, other in combinations(rows, 2):
        same_group = one.group == other.group and reliefs_of(one) == reliefs_of(other)
        same_code = one.code != "" and one.code == other.code
        if not (same_group or same_code) or not _meet(one, other):
            continue
        if same_group or one.arithmetic != other.arithmetic or one.first_day != other.first_day:
            yield one.rule, f"it and {other.rule} both hold for one line"


def failure(tariff: Tariff, example: Example) -> str:
    """Why a worked example does not come out as it says; empty where it does."""
    expected = f"the file says {_expected(tariff, example)}"
    try:
        made = assess(tariff, example.line)
    except LineFault as fault:
        if fault.code == example.fault:
            return ""
        return f"it ends in the fault {fault.code}, {expected}"
    charges = {charge.name: charge.amount_minor for charge in made.charges}
    wrong = any(charges.get(name) != amount for name, amount in example.charges.items())
    if example.duty_minor == made.duty_minor and not wrong:
        return ""
    return f"it comes to {_came_to(tariff, made, charges)}, {expected}"


def _money(tariff: Tariff, amount: int) -> str:
    whole, rest = divmod(amount, tariff.minor)
    digits = f".{rest:0{tariff.minor_digits}d}" if tariff.minor_digits else ""
    return f"{whole}{digits} {tariff.currency}"


def _expected(tariff: Tariff, example: Example) -> str:
    if example.duty_minor is None:
        return f"the fault {example.fault}"
    charges = "".join(f" and {name} {_money(tariff, due)}" for name, due in example.charges.items())
    return f"{_money(tariff, example.duty_minor)}{charges}"


def _came_to(tariff: Tariff, made: Assessment, charges: dict[str, int | None]) -> str:
    more = "".join(f" and {name} {_money(tariff, due)}" for name, due in charges.items() if due is not None)
    return f"{_money(tariff, made.duty_minor)}{more}"
