"""An agenda as it stands now, as it was published, and what differs."""

from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings

from isthmus.apps.workshops.agenda.models import AgendaVersion
from isthmus.apps.workshops.agenda.rules.versions import Entry, entry_of
from isthmus.apps.workshops.programme.models import Session, Workshop
from isthmus.kit import clock

_NAMES = UUID("3c7a3b52-7d0e-4a52-9a44-0b6f1d8f3c11")
"""The name space of the entries of calendars; drawn once by chance."""


def uid_of(session: Session) -> str:
    """The name of a session in calendars: it stays, for sessions are neither removed nor renumbered."""
    workshop = session.workshop.number
    return str(uuid5(_NAMES, f"{settings.ISTHMUS.node_id}/{workshop}/{session.place_in_workshop}"))


def speakers_of(session: Session) -> tuple[str, ...]:
    """Each speaker in a line: name, position, organisation and country."""
    members = ("name", "position", "organisation", "country")
    return tuple(", ".join(one[member] for member in members if one.get(member)) for one in session.speakers)


def sessions_of(workshop: Workshop) -> list[Session]:
    """The sessions by time; those without a time behind, as they were entered."""
    rows = list(workshop.sessions.select_related("workshop"))
    return sorted(
        rows, key=lambda one: (one.starts_at is None, one.starts_at or clock.now(), one.place_in_workshop)
    )


def entry(session: Session) -> Entry:
    """A session as it would be published now."""
    return Entry(
        uid_of(session),
        session.kind,
        session.title,
        session.room,
        "" if session.starts_at is None else clock.to_text(session.starts_at),
        "" if session.ends_at is None else clock.to_text(session.ends_at),
        speakers_of(session),
        session.cancelled_at is not None,
    )


def entries_of(workshop: Workshop) -> list[Entry]:
    """All sessions as they would be published now."""
    return [entry(one) for one in sessions_of(workshop)]


def last_version(workshop: Workshop) -> AgendaVersion | None:
    """The version that people see; None where none is published."""
    return workshop.agenda_versions.order_by("-number").first()


def entries_in(version: AgendaVersion | None) -> list[Entry]:
    """The entries of a version."""
    return [] if version is None else [entry_of(one) for one in version.entries]


def zone_of(workshop: Workshop) -> ZoneInfo:
    """The time zone of the place."""
    return ZoneInfo(workshop.time_zone)
