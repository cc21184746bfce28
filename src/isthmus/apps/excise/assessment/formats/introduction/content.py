"""What an introduction is made of, and how its fixed words are filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from django.conf import settings
from django.utils.translation import get_language, to_locale

from isthmus.apps.excise.assessment.rules.comparing import Disagreement
from isthmus.apps.excise.assessment.rules.costs import Cost
from isthmus.apps.excise.assessment.rules.figures import Figure, Figures
from isthmus.apps.excise.assessment.rules.flows import Flow
from isthmus.apps.excise.assessment.rules.paper import Sources
from isthmus.apps.excise.assessment.rules.questionnaire import Questionnaire
from isthmus.apps.excise.assessment.rules.sides import Side
from isthmus.apps.excise.tariff.rules.model import Tariff


@dataclass(frozen=True, slots=True)
class Country:
    """One side: its tariff with the source of it, its counters, and its side of the assessment.

    ``figures`` is None where its counters are not known here; ``counted`` is the record that brought them,
    empty where this node counted them itself.
    """

    code: str
    tariff: Tariff
    tariff_source: str
    figures: Figures | None
    counted: str
    side: Side

    @property
    def name(self) -> str:
        """The country's name in the language that is in use; the tariff's own where CLDR knows none."""
        known = Locale.parse(to_locale(get_language() or settings.LANGUAGE_CODE)).territories
        return str(known.get(self.code, self.tariff.title))


@dataclass(frozen=True, slots=True)
class StampMove:
    """An act on stamps: from and to which places, how often and of how many stamps, and the source."""

    act: str
    sources: str
    target: str
    noted: int | None
    stamps: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The assessment that the paper rests on: its number, and the record that both have signed."""

    number: str
    signed_on: date | None
    result: str
    disagreements: tuple[tuple[str, Disagreement], ...]
    """The code of the country that each is about, and the disagreement."""


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that the document says; ``counted_by`` is that of both whose node makes it, if any."""

    giver: Country
    taker: Country
    day: date
    node: str
    questionnaire: Questionnaire
    compared: Compared | None
    moves: tuple[StampMove, ...]
    flows: tuple[Flow, ...]
    counted_by: Country | None
    currency: str
    costs: tuple[Cost, ...]
    cost_source: str

    @property
    def sides(self) -> tuple[Country, Country]:
        """Both, the giver first."""
        return self.giver, self.taker

    def country(self, code: str) -> Country:
        """One of both by its code."""
        return self.giver if self.giver.code == code else self.taker


@dataclass(frozen=True, slots=True)
class Writer:
    """The fixed words of a language, filled in for two countries, and the sources that were named so far."""

    words: Mapping[str, object]
    names: Mapping[str, str]
    sources: Sources

    def said(self, key: str, **values: object) -> str:
        """Fixed words with braces filled in; ``giver`` and ``taker`` are the names of the countries."""
        return str(self.words[key]).format(**self.names, **values)

    def heads(self, key: str, **values: object) -> tuple[str, ...]:
        """The heads of a table, filled in likewise."""
        found = self.words[key]
        assert isinstance(found, list)
        return tuple(str(one).format(**self.names, **values) for one in found)

    def figure(self, text: str, country: Country, *figures: Figure) -> str:
        """A figure of a country with its marks: the record that brought it, and what it rests on there."""
        sources = [
            f"{country.code}: {part}" for one in figures for part in one.source.split("; ") if one.source
        ]
        return self.sources.after(text, country.counted, *sources)


def number(value: int | Decimal) -> str:
    """A number with thousands apart by a space that does not break, as both languages read it."""
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")


def day_words(day: date) -> str:
    """A day with its month in letters, as the language that is in use writes them within a sentence."""
    return format_date(day, "d MMMM y", locale=to_locale(get_language() or settings.LANGUAGE_CODE))


def short_day(day: date) -> str:
    """The same for tables: short, and in one line."""
    text = format_date(day, "d MMM y", locale=to_locale(get_language() or settings.LANGUAGE_CODE))
    return text.replace(" ", "\N{NO-BREAK SPACE}")
