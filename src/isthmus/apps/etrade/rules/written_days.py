"""Days as people write them in tables: in any order, any digits, and in the Buddhist era.

The order of day and month cannot be told from the text, so the mapping says it. The Buddhist year of the
Thai and Lao calendars is the Common Era's plus 543 since their years begin on 1 January (Thailand: Royal
decree on the calendar year, B.E. 2483).
"""

import re
from datetime import date
from typing import Literal

from isthmus.apps.etrade.rules.written_figures import western_digits

DayOrder = Literal["ymd", "dmy", "mdy"]
Era = Literal["common", "buddhist"]

BUDDHIST_OFFSET = 543
# No trade document is from before 1900 or after 2199, so the eras' years never meet.
_YEARS = range(1900, 2200)

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", re.ASCII)
_PARTS = re.compile(
    r"([0-9]{1,4}|[A-Za-z]{3,9})[\s./,-]+([0-9]{1,4}|[A-Za-z]{3,9})[\s./,-]+([0-9]{1,4})", re.ASCII
)
_TIME = re.compile(
    r"[T\s]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?$", re.ASCII
)
_SOLID = {"ymd": (4, 2, 2), "dmy": (2, 2, 4), "mdy": (2, 2, 4)}


def read_written_day(text: str, order: DayOrder = "ymd", era: Era = "common") -> date:
    """The day that ``text`` names; a time of day behind it is left out.

    Accepts separators ``- / . ,`` and blanks, eight digits without any, and English names of months; a
    text that begins with a year of four digits and hyphens is ISO 8601 whatever the order says. ValueError
    with a sentence for a person where it is no such day, where its year has two digits, or where it
    belongs to the other era.
    """
    shown = text.strip()[:40]
    plain = _TIME.sub("", western_digits(text.strip()))
    year, month, day = _parts(plain, order, shown)
    if len(year) != 4:
        raise ValueError(f"the year of “{shown}” needs four digits")
    number = int(year) - (BUDDHIST_OFFSET if era == "buddhist" else 0)
    if number not in _YEARS:
        raise ValueError(f"the year {year} is not one of the {_ERA_NAMES[era]}")
    try:
        return date(number, _month(month), int(day))
    except ValueError:
        raise ValueError(
            f"“{shown}” is not a day of the calendar in the order {_ORDER_NAMES[order]}"
        ) from None


def write_day(day: date, order: DayOrder = "ymd", era: Era = "common") -> str:
    """The day as ``read_written_day`` reads it back: ``2026-03-09``, ``09/03/2026``, ``03/09/2026``."""
    year = f"{day.year + (BUDDHIST_OFFSET if era == 'buddhist' else 0):04d}"
    parts = {"y": year, "m": f"{day.month:02d}", "d": f"{day.day:02d}"}
    return ("-" if order == "ymd" else "/").join(parts[part] for part in order)


_ERA_NAMES = {"common": "Common Era, 1900 to 2199", "buddhist": "Buddhist era, 2443 to 2742"}
_ORDER_NAMES = {"ymd": "year, month, day", "dmy": "day, month, year", "mdy": "month, day, year"}


def _parts(plain: str, order: DayOrder, shown: str) -> tuple[str, str, str]:
    """Year, month and day as written."""
    iso = _ISO.fullmatch(plain)
    if iso:
        return iso[1], iso[2], iso[3]
    if re.fullmatch(r"[0-9]{8}", plain):
        first, second, _third = _SOLID[order]
        pieces = (plain[:first], plain[first : first + second], plain[first + second :])
    else:
        found = _PARTS.fullmatch(plain)
        if not found:
            raise ValueError(f"“{shown}” is not a date")
        pieces = (found[1], found[2], found[3])
    named = dict(zip(order, pieces, strict=True))
    return named["y"], named["m"], named["d"]


def _month(written: str) -> int:
    return int(written) if written.isdigit() else _MONTHS.get(written[:3].lower(), 0)
