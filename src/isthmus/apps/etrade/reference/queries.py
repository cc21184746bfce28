"""Reads of reference data: a code in words, and codes by their words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery

from isthmus.apps.etrade.reference.models import DutyRate, ExchangeRate, HsCode, HsSection, Place, UnitName
from isthmus.apps.etrade.reference.rules.codes import above, as_locode, sought_words
from isthmus.apps.etrade.rules.units import UNITS


@dataclass(frozen=True, slots=True)
class CodeInWords:
    """What a code says, and by which edition; ``declared`` is False where another edition had to be asked."""

    code: str
    edition: str
    words: str
    declared: bool


def editions() -> list[str]:
    """The editions of the HS that are loaded, the newest first."""
    return sorted(HsCode.objects.order_by().values_list("edition", flat=True).distinct(), reverse=True)


def below(row: HsCode) -> QuerySet[HsCode]:
    """The headings of a chapter, or the subheadings of a heading."""
    return HsCode.objects.filter(edition=row.edition, parent=row.code).order_by("code")


def chain_above(row: HsCode) -> list[HsCode]:
    """The chapter and the heading over a code."""
    return list(HsCode.objects.filter(edition=row.edition, code__in=above(row.code)).order_by("code"))


def section_of(row: HsCode) -> HsSection | None:
    """The section of a code, where sections are loaded."""
    return HsSection.objects.filter(number=row.section).first()


def codes_with(text: str, rows: QuerySet[HsCode]) -> QuerySet[HsCode]:
    """The codes that hold every word of ``text``, or begin with the digits in it."""
    for word in sought_words(text):
        rows = rows.filter(code__startswith=word) if word.isdigit() else rows.filter(sought__contains=word)
    return rows


def places_with(text: str, rows: QuerySet[Place]) -> QuerySet[Place]:
    """The places whose code or name holds every word of ``text``."""
    for word in sought_words(text):
        rows = rows.filter(sought__contains=word)
    return rows


def codes_in_words(codes: Iterable[tuple[str, str | None]]) -> dict[str, CodeInWords]:
    """HS codes with their words by the edition that was declared with each, in one query.

    Where that edition is not loaded or does not know the code, or none was declared, the newest edition
    that knows it speaks. Codes that no loaded edition knows are left out.
    """
    wanted = dict(codes)
    found: dict[str, CodeInWords] = {}
    for row in HsCode.objects.filter(code__in=wanted).order_by("-edition"):
        declared = row.edition == wanted[row.code]
        if declared or row.code not in found:
            found[row.code] = CodeInWords(row.code, row.edition, row.words, declared)
    return found


def place_of(text: str) -> Place | None:
    """The place that a UN/LOCODE names; None where it is not loaded, or is none."""
    return Place.objects.filter(code=as_locode(text)).first()


def unit_name(code: str) -> str:
    """The name of a unit of Recommendation 20; empty where nobody knows it."""
    known = UNITS.get(code)
    if known is not None:
        return known.name
    loaded = UnitName.objects.filter(code=code).first()
    return loaded.name if loaded is not None else ""


def newest_rates(day: date) -> list[ExchangeRate]:
    """The rate in force on ``day`` for each currency, by currency."""
    found: dict[str, ExchangeRate] = {}
    for row in ExchangeRate.objects.filter(day__lte=day).order_by("currency", "-day"):
        found.setdefault(row.currency, row)
    return list(found.values())


def in_force(rows: "QuerySet[DutyRate]", day: date) -> "QuerySet[DutyRate]":
    """The rate of duty in force on ``day`` for each code of ``rows``."""
    same = DutyRate.objects.filter(hs_code=OuterRef("hs_code"), day__lte=day).order_by("-day")
    return rows.filter(day=Subquery(same.values("day")[:1]))
