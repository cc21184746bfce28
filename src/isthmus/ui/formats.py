"""How numbers, days and moments are written on a page: grouped, with units, with the zone."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi, to_locale

from isthmus.kit import clock

Number = int | float | Decimal

# A no-break space: a number and its unit stay on one line.
NBSP = "\u00a0"
MINUS = "\u2212"
_LEFT_TO_RIGHT = "\u200e"
# Day first, month in letters: nobody can read the 3rd of April as the 4th of March.
_DAY = "j M Y"
_DAY_IN = {"zh-hans": "Y年n月j日"}


@cache
def _separators(language: str) -> dict[int, str]:
    """The comma and the point of Python's numbers as the language writes them (CLDR, Latin digits)."""
    try:
        symbols = Locale.parse(to_locale(language)).number_symbols["latn"]
    except (UnknownLocaleError, KeyError):
        return {}
    return {ord(","): symbols["group"], ord("."): symbols["decimal"]}


def grouped(value: Number | None, places: int | None = None) -> str:
    """The number with thousands apart as the active language writes them, and a true minus sign.

    ``places`` is the number of decimals; without it, as many as the value has. Nothing for ``None``.
    """
    if value is None:
        return ""
    if isinstance(value, float) and places is None:
        # repr gives the shortest digits that name the number; Decimal keeps 1e-7 from being written so.
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        value = Decimal(format(value, "f"))
    digits = f"{value:,f}" if places is None and isinstance(value, Decimal) else f"{value:,.{places or 0}f}"
    text = digits.translate(_separators(get_language() or settings.LANGUAGE_CODE))
    if not text.startswith("-"):
        return text
    # Without the mark, the minus would wander behind the number in text from right to left.
    return (_LEFT_TO_RIGHT if get_language_bidi() else "") + MINUS + text[1:]


def amount(value: Number | None, unit: str = "", places: int | None = None) -> str:
    """The grouped number and its unit, held together by a no-break space."""
    if value is None:
        return ""
    return f"{grouped(value, places)}{NBSP}{unit}" if unit else grouped(value, places)


def day_text(value: date) -> str:
    """A day such as ``23 Nov 2026`` in the active language."""
    return date_format(value, _DAY_IN.get(get_language() or "", _DAY), use_l10n=False)


def day(value: date | None) -> SafeString | str:
    """A ``<time>`` element for a day; nothing for ``None``. A moment gives its day in the node's zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), day_text(value))


def zone_name(local: datetime) -> str:
    """The zone's short name; places whose zone has only an offset get it as ``UTC+06:30``."""
    name = local.tzname() or ""
    if name[:1] in "+-":
        offset = local.strftime("%z")
        return f"UTC{offset[:3]}:{offset[3:5]}"
    return name


def moment_text(value: datetime, zone: ZoneInfo | None = None) -> str:
    """A moment such as ``23 Nov 2026 10:02 UTC``: always with its zone. ValueError without one."""
    if value.tzinfo is None:
        raise ValueError("a time without a zone names no moment")
    local = timezone.localtime(value, zone)
    return f"{day_text(local.date())} {local:%H:%M} {zone_name(local)}"


def moment(value: datetime | None) -> SafeString | str:
    """A ``<time>`` element for a moment in the node's zone; nothing for ``None``."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', clock.to_text(value), moment_text(value))


def country_name(code: str) -> str:
    """The name of a country by its ISO 3166 code, in the active language; the code where none is known."""
    try:
        known = Locale.parse(to_locale(get_language() or settings.LANGUAGE_CODE)).territories
    except (UnknownLocaleError, ValueError):
        known = Locale.parse("en").territories
    return str(known.get(code, code))
