"""Writers of agendas: times and speakers of sessions, versions, and materials."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zoneinfo import available_timezones

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.workshops.agenda import queries
from isthmus.apps.workshops.agenda.formats.pictures import smaller
from isthmus.apps.workshops.agenda.models import AgendaVersion, Material
from isthmus.apps.workshops.agenda.rules.versions import published
from isthmus.apps.workshops.programme.models import Session, Workshop
from isthmus.apps.workshops.programme.services.planning import bad, open_programme
from isthmus.kit import clock
from isthmus.kit.errors import Conflict

MOST_MATERIAL_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Placed:
    """What a session is now: ``starts_at`` and ``ends_at`` aware, or None; ``speakers`` as in its row."""

    kind: str
    title: str
    room: str
    starts_at: datetime | None
    ends_at: datetime | None
    speakers: list[dict[str, str]]


def _check(workshop: Workshop, placed: Placed) -> None:
    if placed.starts_at is None or placed.ends_at is None:
        return
    if placed.ends_at <= placed.starts_at:
        raise bad("ends", _("The session ends before it begins."))
    zone = queries.zone_of(workshop)
    days = (placed.starts_at.astimezone(zone).date(), placed.ends_at.astimezone(zone).date())
    if not workshop.starts <= days[0] <= days[1] <= workshop.ends:
        raise bad("day", _("The workshop is not on this day."))


@transaction.atomic
def place(session: Session, placed: Placed, *, actor: str) -> Session:
    """Change a session; people see it in the next version. Conflict where it was called off."""
    open_programme(session.workshop.programme)
    row = Session.objects.select_for_update(of=("self",)).select_related("workshop").get(pk=session.pk)
    if row.cancelled_at is not None:
        raise Conflict("workshops.session-cancelled", _("This session was called off."))
    _check(row.workshop, placed)
    for name in ("kind", "title", "room", "starts_at", "ends_at", "speakers"):
        setattr(row, name, getattr(placed, name))
    row.save()
    audit.note("workshops.session-placed", actor=actor, subject=row.workshop.number, detail={"t": row.title})
    return row


@transaction.atomic
def call_off(session: Session, *, actor: str) -> Session:
    """Call a session off, or put it on again."""
    open_programme(session.workshop.programme)
    row = Session.objects.select_for_update(of=("self",)).select_related("workshop").get(pk=session.pk)
    row.cancelled_at = clock.now() if row.cancelled_at is None else None
    row.save(update_fields=["cancelled_at"])
    off = row.cancelled_at is not None
    detail = {"title": row.title, "off": off}
    audit.note("workshops.session-called-off", actor=actor, subject=row.workshop.number, detail=detail)
    return row


@transaction.atomic
def set_zone(workshop: Workshop, zone: str, *, actor: str) -> Workshop:
    """Set the time zone of the place (IANA); times of sessions stay the moments that they are."""
    open_programme(workshop.programme)
    if zone not in available_timezones():
        raise bad("time_zone", _("There is no such time zone; one is called Asia/Shanghai."))
    row = Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
    row.time_zone = zone
    row.save(update_fields=["time_zone"])
    audit.note("workshops.time-zone", actor=actor, subject=row.number, detail={"zone": zone})
    return row


@transaction.atomic
def publish_agenda(workshop: Workshop, *, actor: str) -> AgendaVersion:
    """Publish the agenda as it stands; Conflict where nothing has changed. The first one makes the feed."""
    open_programme(workshop.programme)
    row = Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
    last, now = queries.last_version(row), clock.now()
    before = queries.entries_in(last)
    entries = published(before, queries.entries_of(row), clock.to_text(now))
    if not entries or list(entries) == before:
        raise Conflict("workshops.agenda-same", _("Nothing has changed since the last version."))
    if not row.feed_key:
        row.feed_key = secrets.token_hex(16)
        row.save(update_fields=["feed_key"])
    made = AgendaVersion.objects.create(
        workshop=row,
        number=1 if last is None else last.number + 1,
        entries=[one.as_json() for one in entries],
        at=now,
        by=actor,
    )
    audit.note("workshops.agenda-published", actor=actor, subject=row.number, detail={"number": made.number})
    return made


@transaction.atomic
def add_material(
    workshop: Workshop,
    file: "UploadedFile[bytes]",
    *,
    title: str,
    licence: str,
    session: Session | None = None,
    actor: str,
) -> Material:
    """Keep a file of a workshop; a picture gets a small copy. BadInput for one that is here or too large."""
    open_programme(workshop.programme)
    if not file.size or file.size > MOST_MATERIAL_BYTES:
        raise bad("file", _("A file has 1 byte to 10 MiB."))
    content = file.read()
    digest = sha256(content).hexdigest()
    if workshop.materials.filter(sha256=digest).exists():
        raise bad("file", _("This file is here already."))
    made = Material.objects.create(
        workshop=workshop,
        session=session,
        title=title,
        licence=licence,
        name=(file.name or "file")[:200],
        media_type=(file.content_type or "application/octet-stream")[:100],
        sha256=digest,
        size=len(content),
        content=content,
        small=smaller(content),
        at=clock.now(),
        by=actor,
    )
    audit.note("workshops.material-added", actor=actor, subject=workshop.number, detail={"sha256": digest})
    return made
