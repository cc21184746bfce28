"""The final report to the fund as a paper: the same data give the same paper, and so the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from django.conf import settings
from django.utils.translation import get_language, get_language_bidi, to_locale
from django.utils.translation import gettext as _

from isthmus.apps.workshops.expenditure.rules.sums import Spent, Sums, sums
from isthmus.apps.workshops.programme.rules.counts import Basis, InAll, Participants
from isthmus.apps.workshops.reporting.rules.places import ELSEWHERE, ByPlace
from isthmus.ui.formats import country_name, grouped
from isthmus.ui.papers.paper import Paper, PaperChart, PaperTable, Section

_REGION_CODES = {
    "africa": "002",
    "asia": "142",
    "europe": "150",
    "latin-america": "419",
    "northern-america": "021",
    "oceania": "009",
}
"""Codes of the regions as CLDR names them."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One session: who spoke about what."""

    title: str
    speaker: str = ""
    position: str = ""


@dataclass(frozen=True, slots=True)
class WorkshopTold:
    """What the report says of a workshop. ``account`` is text in paragraphs, a blank line between them."""

    title: str
    theme: str
    host: str
    place: str
    starts: date
    ends: date
    participants: Participants
    places: ByPlace
    account: str
    speeches: tuple[Heard, ...] = ()
    round_tables: tuple[Heard, ...] = ()
    cases: tuple[Heard, ...] = ()
    visits: tuple[Heard, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that the report is made of; amounts in minor units with ``digits`` decimals."""

    title: str
    reference: str
    fund: str
    author: str
    partners: tuple[str, ...]
    currency: str
    digits: int
    starts: date
    ends: date
    background: str
    objectives: str
    workshops: tuple[WorkshopTold, ...]
    in_all: InAll
    places: ByPlace
    virtual_projects: tuple[tuple[str, str], ...]
    spent: tuple[Spent, ...]
    budget: tuple[Spent, ...]
    virements: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    is_closed: bool
    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()


def _day(day: date) -> str:
    locale = to_locale(get_language() or settings.LANGUAGE_CODE)
    return format_date(day, "long", locale="en_GB" if locale == "en" else locale)


def _days(starts: date, ends: date) -> str:
    if starts == ends:
        return _day(starts)
    return _("%(first)s to %(last)s") % {"first": _day(starts), "last": _day(ends)}


def _region(name: str) -> str:
    return _("Elsewhere") if name == ELSEWHERE else country_name(_REGION_CODES[name])


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.replace("\r", "").split("\n\n") if part.strip())


def _participants(told: Participants) -> str:
    if told.basis is Basis.UNKNOWN:
        return _("not stated")
    return grouped(told.number)


def _heard(one: Heard) -> str:
    who = ", ".join(part for part in (one.speaker, one.position) if part)
    return f"{one.title} ({who})" if who else one.title


def report(told: Told, language: str) -> Paper:
    """The report in the language that is in use, which ``language`` names."""
    return Paper(
        title=_("Final report"),
        subtitle=told.title,
        language=language,
        facts=(
            (_("Submitted to"), told.fund),
            *(((_("Reference number"), told.reference),) if told.reference else ()),
            (_("Written by"), told.author),
            *(((_("With"), ", ".join(told.partners)),) if told.partners else ()),
            (_("Days"), _days(told.starts, told.ends)),
            (_("Workshops"), grouped(len(told.workshops))),
            (_("Participants"), grouped(told.in_all.number)),
            (_("Spent"), _money(sums(told.spent).total_minor, told)),
            *(() if told.is_closed else ((_("State"), _("Draft: the book of the programme is still open")),)),
        ),
        sections=(
            _background(told),
            _overview(told),
            *(_workshop(number, one) for number, one in enumerate(told.workshops, start=1)),
            *_virtual(told),
            *(Section(title, paragraphs) for title, paragraphs in told.sections),
            _annex(told),
        ),
        sources_heading="",
        sources_text="",
        sources=(),
        is_rtl=get_language_bidi(),
    )


def _background(told: Told) -> Section:
    text = _paragraphs(told.background) or (_("Nothing is written here yet."),)
    if told.objectives:
        text = (*text, *_paragraphs(told.objectives))
    return Section(_("I. Background"), text)


def _overview(told: Told) -> Section:
    """The workshops on one page, and who took part by country and region."""
    rows = [
        (f"{number}. {one.title}", one.place, _days(one.starts, one.ends), _participants(one.participants))
        for number, one in enumerate(told.workshops, start=1)
    ]
    if told.in_all.remainder is not None:
        rows.append((_("Remainder: stated in all, not by workshop"), "", "", grouped(told.in_all.remainder)))
    rows.append((_("In all"), "", "", grouped(told.in_all.number)))
    heads = (_("Workshop"), _("Place"), _("Days"), _("Participants"))
    tables = [PaperTable(heads, tuple(rows), (3,), shares=(42, 22, 21, 15))]
    tables += _places(told.places, _("Participants by country, all workshops"))
    return Section(_("II. Workshops"), (), tuple(tables))


def _places(places: ByPlace, caption: str) -> list[PaperTable]:
    """Who took part by region, and by country; nothing where nobody was counted by country."""
    if not places.countries:
        return []
    regions = tuple((_region(name), grouped(number)) for name, number in places.regions)
    countries = tuple((country_name(code), code, grouped(number)) for code, number in places.countries)
    return [
        PaperTable((_("Region"), _("Participants")), regions, (1,), _("Participants by region")),
        PaperTable((_("Country"), _("Code"), _("Participants")), countries, (2,), caption),
    ]


def _workshop(number: int, one: WorkshopTold) -> Section:
    first = _("Held by %(host)s in %(place)s, %(days)s.") % {
        "host": one.host,
        "place": one.place,
        "days": _days(one.starts, one.ends),
    }
    if one.theme:
        first += " " + _("Theme: %(theme)s.") % {"theme": one.theme}
    if one.participants.basis is Basis.COUNTED:
        first += " " + _("%(number)s people took part, by the lists of attendance.") % {
            "number": grouped(one.participants.number)
        }
    elif one.participants.basis is Basis.STATED:
        first += " " + _("%(number)s people took part, as stated by the host.") % {
            "number": grouped(one.participants.number)
        }
    kinds: tuple[tuple[str, Sequence[Heard]], ...] = (
        (_("Speech"), one.speeches),
        (_("Round table"), one.round_tables),
        (_("Case study"), one.cases),
        (_("Visit"), one.visits),
    )
    rows = tuple((kind, _heard(heard)) for kind, every in kinds for heard in every)
    tables = [PaperTable((_("What"), _("About")), rows, shares=(22, 78))] if rows else []
    tables += _places(one.places, _("Participants by country"))
    return Section(f"{number}. {one.title}", (first, *_paragraphs(one.account)), tuple(tables))


def _virtual(told: Told) -> tuple[Section, ...]:
    if not told.virtual_projects:
        return ()
    text = tuple(
        f"{number}. {title}: {' '.join(_paragraphs(said))}"
        for number, (title, said) in enumerate(told.virtual_projects, start=1)
    )
    return (Section(_("III. Virtual projects"), text),)


def _amount(minor: int, told: Told) -> str:
    return grouped(Decimal(minor).scaleb(-told.digits), told.digits)


def _money(minor: int, told: Told) -> str:
    return f"{told.currency}\N{NO-BREAK SPACE}{_amount(minor, told)}"


def _annex(told: Told) -> Section:
    """The breakdown of expenditure: headings with their lines, subtotal, overhead and total."""
    found = sums(told.spent)
    approved = {(one.heading, one.line): one.amount_minor for one in told.budget}
    rows: list[tuple[str, ...]] = []
    for heading, amount in found.headings:
        lines = [one for one in told.spent if one.heading == heading and not one.is_overhead]
        budget = sum(approved.get((one.heading, one.line), 0) for one in lines)
        rows.append((heading, _amount(budget, told), _amount(amount, told)))
        rows += [
            (
                f"\N{EM SPACE}{one.line}",
                _amount(approved.get((one.heading, one.line), 0), told),
                _amount(one.amount_minor, told),
            )
            for one in lines
        ]
    planned = sums(told.budget)
    for name, budget, amount in (
        (_("Subtotal"), planned.subtotal_minor, found.subtotal_minor),
        (_("Overhead"), planned.overhead_minor, found.overhead_minor),
        (_("Total"), planned.total_minor, found.total_minor),
    ):
        rows.append((name, _amount(budget, told), _amount(amount, told)))
    heads = (_("Heading, and its lines"), _("Budget"), _("Spent"))
    chart = _chart(planned, found, told) if found.headings else None
    tables = [
        PaperTable(
            heads,
            tuple(rows),
            (1, 2),
            _("Amounts in %(currency)s") % {"currency": told.currency},
            chart,
            (60, 20, 20),
        )
    ]
    if told.virements:
        moved = (_("Day"), _("From"), _("To"), _("Amount"), _("Reason"))
        tables.append(PaperTable(moved, told.virements, (3,), _("Money moved between lines")))
    return Section(_("Annex: breakdown of expenditure"), told.notes, tuple(tables))


def _chart(planned: Sums, found: Sums, told: Told) -> PaperChart:
    budget = dict(planned.headings)
    names = tuple(heading for heading, _spent in found.headings)
    return PaperChart(
        told.currency,
        names,
        (_("Budget"), _("Spent")),
        (
            tuple(Decimal(budget.get(name, 0)).scaleb(-told.digits) for name in names),
            tuple(Decimal(amount).scaleb(-told.digits) for _heading, amount in found.headings),
        ),
        is_in_time=False,
    )
