"""A programme as its IATI activity, read from its rows."""

from datetime import datetime, time

from django.conf import settings
from django.utils.translation import gettext as _

from isthmus.apps.workshops.expenditure import queries as money
from isthmus.apps.workshops.expenditure.models import Entry, EntryKind
from isthmus.apps.workshops.iati.formats.activity import Activity, Publisher, Spending, Status
from isthmus.apps.workshops.programme.models import Programme
from isthmus.apps.workshops.programme.wording import digits_of
from isthmus.kit import clock
from isthmus.kit.config import Config
from isthmus.kit.errors import BadInput

_SPENT = (EntryKind.EXPENSE, EntryKind.CLAIM)


def publisher_of(programme: Programme) -> Publisher:
    """Who reports; BadInput where the node does not know its identifier."""
    config: Config = settings.ISTHMUS
    if not config.iati_organisation:
        raise BadInput(
            "workshops.no-iati-organisation",
            _("This node does not know under which identifier its organisation publishes."),
            next_step=_("An operator sets ISTHMUS_IATI_ORGANISATION; the registry of IATI gives it."),
        )
    return Publisher(config.iati_organisation, config.iati_organisation_type, programme.organisation.name)


def _status(programme: Programme) -> Status:
    today = clock.now().date()
    if programme.closed_at is not None:
        return Status.CLOSED
    if programme.starts > today:
        return Status.PIPELINE
    return Status.IMPLEMENTATION if programme.ends >= today else Status.FINALISATION


def _changed_at(programme: Programme, entries: list[Entry]) -> datetime:
    """The last moment at which anything was noted; a programme without any was changed on its first day."""
    moments = [one.approved_at for one in entries] + [programme.closed_at]
    for held, reported in programme.workshops.values_list("held_at", "reported_at"):
        moments += [held, reported]
    first = datetime.combine(programme.starts, time(), tzinfo=clock.now().tzinfo)
    return max((one for one in moments if one is not None), default=min(first, clock.now()))


def waiting_of(programme: Programme) -> int:
    """How many entries are not published yet, because nobody has approved them."""
    return programme.entries.filter(kind__in=_SPENT, approved_by="").count()


def activity_of(programme: Programme) -> Activity:
    """What the file says: approved entries alone; advances and virements are no expenditure."""
    config: Config = settings.ISTHMUS
    publisher = publisher_of(programme)
    entries = list(money.entries_of(programme).filter(kind__in=_SPENT).exclude(approved_by=""))
    held = programme.workshops.exclude(held_at=None)
    started = held.order_by("starts").values_list("starts", flat=True).first()
    ended = held.order_by("-ends").values_list("ends", flat=True).first()
    return Activity(
        publisher=publisher,
        code=programme.code,
        title=programme.title,
        background=programme.background.strip(),
        objectives=programme.objectives.strip(),
        fund=programme.fund,
        reference=programme.reference,
        partners=tuple(programme.partners),
        starts=programme.starts,
        ends=programme.ends,
        started=started,
        ended=ended if programme.closed_at is not None else None,
        status=_status(programme),
        sector=config.iati_sector,
        region=config.iati_region,
        currency=programme.currency,
        digits=digits_of(programme.currency),
        budget_minor=sum(one.budget_minor for one in money.lines_of(programme)),
        spendings=tuple(Spending(one.number, one.on, str(one.line), one.amount_minor) for one in entries),
        changed_at=_changed_at(programme, entries),
        language=settings.LANGUAGE_CODE.partition("-")[0],
    )
