"""What both papers are written with: a country that is compared, fixed words, figures with their sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from django.conf import settings
from django.utils.translation import get_language, to_locale

from isthmus.apps.excise.assessment.rules.comparing import Disagreement
from isthmus.apps.excise.assessment.rules.figures import Figure, Figures
from isthmus.apps.excise.assessment.rules.sides import Side
from isthmus.ui.papers.paper import Sources

Disputed = tuple[tuple[str, Disagreement], ...]
"""Disagreements, each behind the code of the country that it is about."""


@dataclass(frozen=True, slots=True)
class Party:
    """One country: its code, a title where CLDR knows no name, its counters, and its side of the assessment.

    ``figures`` is None where its counters are not known here; ``counted`` is the record that brought them,
    empty where this node counted them itself.
    """

    code: str
    title: str
    figures: Figures | None
    counted: str
    side: Side

    @property
    def name(self) -> str:
        """The country's name in the language that is in use."""
        known = Locale.parse(_locale()).territories
        return str(known.get(self.code, self.title))


Sides = tuple[Party, Party]


@dataclass(frozen=True, slots=True)
class Writer:
    """The fixed words of a language, filled in for two countries, and the sources that were named so far."""

    words: Mapping[str, object]
    names: Mapping[str, str]
    sources: Sources

    def said(self, key: str, **values: object) -> str:
        """Fixed words with braces filled in; the names of the countries always are."""
        return str(self.words[key]).format(**self.names, **values)

    def heads(self, key: str, **values: object) -> tuple[str, ...]:
        """The heads of a table, filled in likewise."""
        found = self.words[key]
        assert isinstance(found, list)
        return tuple(str(one).format(**self.names, **values) for one in found)

    def figure(self, text: str, country: Party, *figures: Figure) -> str:
        """A figure of a country with its marks: the record that brought it, and what it rests on there."""
        sources = [
            f"{country.code}: {part}" for one in figures for part in one.source.split("; ") if one.source
        ]
        return self.sources.after(text, country.counted, *sources)


def number(value: int | Decimal) -> str:
    """A number with thousands apart by a space that does not break, as all languages of papers read it."""
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")


def exact(value: Decimal, places: int) -> Decimal:
    """A value with its decimals."""
    return value.quantize(Decimal(1).scaleb(-places))


def _locale() -> str:
    return to_locale(get_language() or settings.LANGUAGE_CODE)


def _day(day: date, form: str) -> str:
    locale = _locale()
    return format_date(day, form, locale="en_GB" if locale == "en" else locale)


def day_words(day: date) -> str:
    """A day as the language that is in use writes it within a sentence."""
    return _day(day, "long")


def short_day(day: date) -> str:
    """The same for tables: short, and in one line."""
    return _day(day, "medium").replace(" ", "\N{NO-BREAK SPACE}")
