"""Currencies of ISO 4217 as the Unicode CLDR lists them (in Babel): which are in use, names, minor digits."""

from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import get_currency_precision


@cache
def in_use() -> tuple[str, ...]:
    """The codes of the currencies that are tender in some territory today, in alphabetical order."""
    territories = get_global("territory_currencies")
    return tuple(
        sorted(
            {
                code
                for entries in territories.values()
                for code, _start, end, tender in entries
                if tender and end is None
            }
        )
    )


def decimals_of(code: str) -> int:
    """How many decimals the currency's minor unit has: 2 for USD, 0 for JPY, 3 for KWD."""
    return get_currency_precision(code)


def currencies(language: str) -> dict[str, str]:
    """Code and name of every currency in use, in ``language`` (or English where CLDR does not speak it)."""
    try:
        names = Locale.parse(language).currencies
    except (UnknownLocaleError, ValueError):
        names = Locale("en").currencies
    return {code: names.get(code, code) for code in in_use()}
