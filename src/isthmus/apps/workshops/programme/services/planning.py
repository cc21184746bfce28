"""Planning: programmes, workshops and sessions; what was held and written about it."""

import re
from datetime import date
from typing import Any, TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.workshops.programme import queries
from isthmus.apps.workshops.programme.models import Programme, Session, VirtualProject, Workshop
from isthmus.apps.workshops.programme.rules.states import Lack, lacks_to_be_held, lacks_to_be_reported
from isthmus.apps.workshops.programme.wording import LACKS
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{2,29}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


class Planned(TypedDict):
    """What is planned of a workshop."""

    title: str
    theme: str
    host: str
    place: str
    starts: date
    ends: date


def bad(field: str, message: str) -> BadInput:
    """A field that cannot be used as it is."""
    return BadInput("workshops.input", message, faults=(FieldFault(field, message),))


def open_programme(programme: Programme) -> Programme:
    """The programme, locked; Conflict where it is closed."""
    row = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    if row.closed_at is not None:
        raise Conflict("workshops.closed", _("This programme is closed; its book and report do not change."))
    return row


@transaction.atomic
def plan_programme(organisation: Organisation, given: dict[str, Any], *, actor: str) -> Programme:
    """A new programme; ``given`` holds the fields of its row. BadInput names a field that cannot be used."""
    if not _CODE.fullmatch(given["code"]):
        raise bad("code", _("A code has 3 to 30 capital letters, digits and hyphens, such as INT-10-K05."))
    if not _CURRENCY.fullmatch(given["currency"]):
        raise bad("currency", _("A currency is three capital letters, such as USD."))
    if given["ends"] < given["starts"]:
        raise bad("ends", _("The last day lies before the first."))
    if Programme.objects.filter(code=given["code"]).exists():
        raise bad("code", _("There is a programme with this code."))
    row = Programme.objects.create(organisation=organisation, made_by=actor, **given)
    audit.note("workshops.programme-planned", actor=actor, subject=row.code)
    return row


@transaction.atomic
def plan_workshop(programme: Programme, planned: Planned, *, actor: str) -> Workshop:
    """A new workshop of a programme; its number is the programme's code with its place."""
    row = open_programme(programme)
    if planned["ends"] < planned["starts"]:
        raise bad("ends", _("The last day lies before the first."))
    if not row.starts <= planned["starts"] <= planned["ends"] <= row.ends:
        raise bad("starts", _("These days lie outside of the programme's."))
    place = row.workshops.count() + 1
    made = Workshop.objects.create(
        programme=row, place_in_programme=place, number=f"{row.code}-W{place}", **planned
    )
    audit.note("workshops.workshop-planned", actor=actor, subject=made.number)
    return made


@transaction.atomic
def add_session(
    workshop: Workshop, kind: str, title: str, *, speaker: str = "", position: str = "", actor: str
) -> Session:
    """A speech, round table, case study or visit, after those that are there."""
    open_programme(workshop.programme)
    made = Session.objects.create(
        workshop=workshop,
        place_in_workshop=workshop.sessions.count() + 1,
        kind=kind,
        title=title,
        speakers=[{"name": speaker, "position": position}] if speaker else [],
    )
    audit.note("workshops.session-added", actor=actor, subject=workshop.number, detail={"title": title})
    return made


@transaction.atomic
def add_virtual_project(programme: Programme, title: str, text: str, *, actor: str) -> VirtualProject:
    """A topic that delegates proposed."""
    row = open_programme(programme)
    made = VirtualProject.objects.create(
        programme=row, place_in_programme=row.virtual_projects.count() + 1, title=title, text=text
    )
    audit.note("workshops.virtual-project", actor=actor, subject=row.code, detail={"title": title})
    return made


@transaction.atomic
def write_account(workshop: Workshop, account: str, stated: int | None, *, actor: str) -> Workshop:
    """What the report says of a workshop; ``stated`` participants where there are no lists of them."""
    open_programme(workshop.programme)
    row = Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
    row.account, row.stated_participants = account.strip(), stated
    row.save(update_fields=["account", "stated_participants"])
    audit.note("workshops.account-written", actor=actor, subject=row.number)
    return row


def _not_yet(lacks: tuple[Lack, ...]) -> Conflict:
    return Conflict("workshops.not-yet", " ".join(str(LACKS[lack]) for lack in lacks))


@transaction.atomic
def mark_held(workshop: Workshop, *, actor: str) -> Workshop:
    """Note that a workshop was held. Conflict before its last day, or where nobody took part."""
    open_programme(workshop.programme)
    row = Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
    if lacks := lacks_to_be_held(queries.facts_of(row), clock.now().date()):
        raise _not_yet(lacks)
    row.held_at = clock.now()
    row.save(update_fields=["held_at"])
    audit.note("workshops.held", actor=actor, subject=row.number)
    return row


@transaction.atomic
def mark_reported(workshop: Workshop, *, actor: str) -> Workshop:
    """Note that a workshop stands in the report. Conflict where it was not held or has no text."""
    open_programme(workshop.programme)
    row = Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
    if lacks := lacks_to_be_reported(queries.facts_of(row)):
        raise _not_yet(lacks)
    row.reported_at = clock.now()
    row.save(update_fields=["reported_at"])
    audit.note("workshops.reported", actor=actor, subject=row.number)
    return row
