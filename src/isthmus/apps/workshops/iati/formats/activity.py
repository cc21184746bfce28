"""A programme as an IATI 2.03 activity. Source: the IATI standard, activity file, version 2.03, with the
code lists OrganisationType, OrganisationRole, ActivityStatus, ActivityDateType, TransactionType and Region.

Nobody is named: a transaction is described by its budget line, never by what was typed about it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from lxml import etree

from isthmus.kit import clock

VERSION = "2.03"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Status(StrEnum):
    """Code list ActivityStatus."""

    PIPELINE = "1"
    IMPLEMENTATION = "2"
    FINALISATION = "3"
    CLOSED = "4"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who reports: its IATI organisation identifier, its type (code list OrganisationType) and its name."""

    identifier: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Spending:
    """One entry of the book that counts as expenditure; below zero where it takes another back."""

    number: int
    on: date
    about: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Activity:
    """Everything that the file says; amounts in minor units with ``digits`` decimals.

    ``started`` and ``ended`` are the first and last day of what was held, None while nothing was. ``sector``
    is a purpose code of the OECD's Development Assistance Committee, ``region`` one of its regions.
    """

    publisher: Publisher
    code: str
    title: str
    background: str
    objectives: str
    fund: str
    reference: str
    partners: tuple[str, ...]
    starts: date
    ends: date
    started: date | None
    ended: date | None
    status: Status
    sector: str
    region: str
    currency: str
    digits: int
    budget_minor: int
    spendings: tuple[Spending, ...]
    changed_at: datetime
    language: str

    @property
    def identifier(self) -> str:
        """The activity's own, under that of its publisher."""
        return f"{self.publisher.identifier}-{self.code}"


@dataclass(frozen=True, slots=True)
class Period:
    """A part of a budget: at most a year."""

    starts: date
    ends: date
    amount_minor: int


def _a_year_on(day: date) -> date:
    """The last day of the year that begins with ``day``."""
    try:
        return day.replace(year=day.year + 1) - timedelta(days=1)
    except ValueError:  # a 29 February
        return date(day.year + 1, 2, 28)


def periods(starts: date, ends: date, amount_minor: int) -> tuple[Period, ...]:
    """A budget cut into years, as the standard wants it; by days, the rounding in the last part."""
    cuts: list[tuple[date, date]] = []
    first = starts
    while first <= ends:
        last = min(_a_year_on(first), ends)
        cuts.append((first, last))
        first = last + timedelta(days=1)
    whole, left, found = (ends - starts).days + 1, amount_minor, []
    for place, (first, last) in enumerate(cuts, start=1):
        part = left if place == len(cuts) else amount_minor * ((last - first).days + 1) // whole
        left -= part
        found.append(Period(first, last, part))
    return tuple(found)


def _said(parent: etree._Element, name: str, text: str, **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, name, attributes)
    etree.SubElement(made, "narrative").text = text
    return made


def _value(parent: etree._Element, minor: int, on: date, told: Activity) -> None:
    made = etree.SubElement(parent, "value", {"currency": told.currency, "value-date": on.isoformat()})
    made.text = f"{Decimal(minor).scaleb(-told.digits):.{told.digits}f}"


def _dates(told: Activity) -> Iterator[tuple[str, date]]:
    yield "1", told.starts
    if told.started is not None:
        yield "2", told.started
    yield "3", told.ends
    if told.ended is not None:
        yield "4", told.ended


def _organisations(activity: etree._Element, told: Activity) -> None:
    _said(activity, "participating-org", told.fund, role="1")
    _said(
        activity,
        "participating-org",
        told.publisher.name,
        ref=told.publisher.identifier,
        type=told.publisher.kind,
        role="4",
    )
    for partner in told.partners:
        _said(activity, "participating-org", partner, role="4")


def _money(activity: etree._Element, told: Activity) -> None:
    for part in periods(told.starts, told.ends, told.budget_minor) if told.budget_minor else ():
        made = etree.SubElement(activity, "budget", {"type": "1", "status": "2"})
        etree.SubElement(made, "period-start", {"iso-date": part.starts.isoformat()})
        etree.SubElement(made, "period-end", {"iso-date": part.ends.isoformat()})
        _value(made, part.amount_minor, told.starts, told)
    for one in told.spendings:
        made = etree.SubElement(activity, "transaction", {"ref": f"{told.code}-{one.number}"})
        etree.SubElement(made, "transaction-type", {"code": "4"})
        etree.SubElement(made, "transaction-date", {"iso-date": one.on.isoformat()})
        _value(made, one.amount_minor, one.on, told)
        _said(made, "description", one.about)
        _said(
            made,
            "provider-org",
            told.publisher.name,
            ref=told.publisher.identifier,
            type=told.publisher.kind,
        )


def write_activity(told: Activity) -> bytes:
    """The file with one activity; the same value gives the same bytes."""
    changed = clock.to_text(told.changed_at.replace(microsecond=0))
    root = etree.Element("iati-activities", {"version": VERSION, "generated-datetime": changed})
    activity = etree.SubElement(
        root,
        "iati-activity",
        {"last-updated-datetime": changed, _LANG: told.language, "default-currency": told.currency},
    )
    etree.SubElement(activity, "iati-identifier").text = told.identifier
    _said(
        activity,
        "reporting-org",
        told.publisher.name,
        ref=told.publisher.identifier,
        type=told.publisher.kind,
    )
    _said(activity, "title", told.title)
    _said(activity, "description", told.background or told.title, type="1")
    if told.objectives:
        _said(activity, "description", told.objectives, type="2")
    _organisations(activity, told)
    if told.reference:
        known = etree.SubElement(activity, "other-identifier", {"ref": told.reference, "type": "A9"})
        _said(known, "owner-org", told.fund)
    etree.SubElement(activity, "activity-status", {"code": told.status.value})
    for kind, on in _dates(told):
        etree.SubElement(activity, "activity-date", {"type": kind, "iso-date": on.isoformat()})
    etree.SubElement(activity, "activity-scope", {"code": "3"})
    etree.SubElement(
        activity, "recipient-region", {"code": told.region, "vocabulary": "1", "percentage": "100"}
    )
    etree.SubElement(activity, "sector", {"code": told.sector, "vocabulary": "1", "percentage": "100"})
    _money(activity, told)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
