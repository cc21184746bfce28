"""What the final report is made of, read from the rows of a programme."""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from isthmus.apps.workshops.expenditure import queries as money
from isthmus.apps.workshops.expenditure.models import EntryKind
from isthmus.apps.workshops.expenditure.rules.sums import Spent
from isthmus.apps.workshops.expenditure.wording import correction_words, difference_words, written
from isthmus.apps.workshops.programme import queries
from isthmus.apps.workshops.programme.models import Programme, Session, Workshop
from isthmus.apps.workshops.programme.rules.counts import Participants
from isthmus.apps.workshops.programme.wording import digits_of
from isthmus.apps.workshops.reporting.formats.report import Heard, Told, WorkshopTold, report
from isthmus.apps.workshops.reporting.rules.places import ByPlace, by_place
from isthmus.exchange.registry import applications, resolve
from isthmus.ui.papers.paper import Paper

_REGIONS = Path(__file__).parent / "params" / "regions.toml"


@cache
def region_of() -> dict[str, str]:
    """The region of each country, by its code."""
    listed = tomllib.loads(_REGIONS.read_text(encoding="utf-8"))["regions"]
    return {code: region for region, codes in listed.items() for code in codes.split()}


def _places(countries: Iterable[str]) -> ByPlace:
    """People by country and region; those without a country are counted in no table."""
    return by_place((country for country in countries if country), region_of())


def _told(row: Workshop, people: Participants, countries: Iterable[str]) -> WorkshopTold:
    held = (one for one in row.sessions.all() if one.cancelled_at is None)
    sessions = sorted(held, key=lambda one: one.place_in_workshop)

    def heard(kind: Session.Kind) -> tuple[Heard, ...]:
        return tuple(Heard(one.title, one.speaker, one.position) for one in sessions if one.kind == kind)

    return WorkshopTold(
        row.title,
        row.theme,
        row.host,
        row.place,
        row.starts,
        row.ends,
        people,
        _places(countries),
        row.account,
        heard(Session.Kind.SPEECH),
        heard(Session.Kind.ROUND_TABLE),
        heard(Session.Kind.CASE),
        heard(Session.Kind.VISIT),
    )


def _notes(programme: Programme) -> tuple[str, ...]:
    """What a reader of the annex must know: sums that do not agree, and amounts changed by a rate."""
    found = money.open_of(programme)
    said = [difference_words(one, programme.currency) for one in found.differences]
    if not said and programme.declared.exists():
        said.append(_("All sums agree with those that are declared to the fund."))
    changed = programme.entries.exclude(rate=None).filter(reversed_by=None).count()
    if changed:
        said.append(
            _("%(count)d entries were paid in another currency, each at the rate of its day and source.")
            % {"count": changed}
        )
    said += [correction_words(one, programme.currency) for one in money.corrections_of(programme)]
    return tuple(said)


def _sections(code: str) -> "Sections":
    """What other applications tell about the programme, in the order of the applications."""
    found = [
        section
        for application in applications()
        if application.report_section
        for section in resolve(application.report_section)(code)
    ]
    return tuple((one.title, one.paragraphs) for one in found)


Titled = tuple[tuple[str, str], ...]
Sections = tuple[tuple[str, tuple[str, ...]], ...]


def _told_once(projects: Titled, sections: Sections) -> tuple[Titled, Sections]:
    """A virtual project of which an application tells is told in its words, and not again as a section."""
    told = {title.casefold(): paragraphs for title, paragraphs in sections}
    own = {title.casefold() for title, _text in projects}
    return (
        tuple((title, "\n\n".join(told.get(title.casefold(), (text,)))) for title, text in projects),
        tuple((title, paragraphs) for title, paragraphs in sections if title.casefold() not in own),
    )


def told(programme: Programme) -> Told:
    """Everything that the report says, in the language that is in use."""
    virements = tuple(
        (
            date_format(one.on, "j M Y", use_l10n=False),
            str(one.taken_from),
            str(one.line),
            written(one.amount_minor, programme.currency),
            one.text,
        )
        for one in money.entries_of(programme).filter(kind=EntryKind.VIREMENT)
    )
    own = programme.virtual_projects.order_by("place_in_programme").values_list("title", "text")
    projects, sections = _told_once(tuple(own), _sections(programme.code))
    lines = money.standings_of(programme)
    present = queries.present_of(programme)
    people = queries.participants_by_workshop(programme)
    workshops = programme.workshops.order_by("place_in_programme").prefetch_related("sessions")
    return Told(
        title=programme.title,
        reference=programme.reference,
        fund=programme.fund,
        author=programme.organisation.name,
        partners=tuple(programme.partners),
        currency=programme.currency,
        digits=digits_of(programme.currency),
        starts=programme.starts,
        ends=programme.ends,
        background=programme.background,
        objectives=programme.objectives,
        workshops=tuple(_told(one, people[one.pk], present.get(one.pk, ())) for one in workshops),
        in_all=queries.in_all_of(programme),
        places=_places(country for countries in present.values() for country in countries),
        virtual_projects=projects,
        spent=tuple(money.spent_of(programme)),
        budget=tuple(
            Spent(one.line.heading, one.line.name, one.revised_minor, one.line.is_overhead) for one in lines
        ),
        sections=sections,
        virements=virements,
        notes=_notes(programme),
        is_closed=programme.closed_at is not None,
    )


def paper_of(programme: Programme, language: str = "en") -> Paper:
    """The report as a paper. The same rows give the same paper."""
    with translation.override(language):
        return report(told(programme), language)
