"""Badges of accepted people, and the sessions at which each was."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import QuerySet

from isthmus.apps.workshops.agenda.queries import sessions_of, zone_of
from isthmus.apps.workshops.attendance.models import Badge, Mark
from isthmus.apps.workshops.attendance.rules.marks import Held, attended
from isthmus.apps.workshops.nominations import queries as nominations
from isthmus.apps.workshops.nominations.models import Attendance, Nominee
from isthmus.apps.workshops.programme.models import Session, Workshop

PATH = "/B/"


def accepted_of(workshop: Workshop) -> list[Nominee]:
    """The people who may come, by country and place."""
    return [one.nominee for one in nominations.nominees_of(workshop) if nominations.is_accepted(one)]


def badges_of(workshop: Workshop) -> QuerySet[Badge]:
    """The badges of a workshop by name."""
    rows = Badge.objects.select_related("nominee__invitation")
    return rows.filter(nominee__invitation__workshop=workshop).order_by("nominee__name", "pk")


def address_of(badge: Badge) -> str:
    """What the code on a badge holds: an address of this node in capitals, which take less room."""
    return f"{settings.ISTHMUS.url.rstrip('/').upper()}{PATH}{badge.code}"


def by_day(workshop: Workshop) -> list[tuple[date, int]]:
    """How many people were there on each day of a workshop; empty while nobody is noted."""
    noted = Attendance.objects.filter(nominee__invitation__workshop=workshop)
    found = Counter(noted.values_list("on", flat=True))
    if not found:
        return []
    length = (workshop.ends - workshop.starts).days + 1
    days = {workshop.starts + timedelta(days=place) for place in range(length)}
    return [(day, found[day]) for day in sorted(days | set(found))]


@dataclass(frozen=True, slots=True)
class Presence:
    """A person who was there: on which days, and at which sessions."""

    nominee: Nominee
    days: tuple[str, ...]
    sessions: tuple[Session, ...]


def presence_of(workshop: Workshop) -> list[Presence]:
    """Everybody who was there on a day at least, by name, with the sessions that took place around them."""
    zone = zone_of(workshop)
    held = [one for one in sessions_of(workshop) if one.cancelled_at is None]
    days, marks = defaultdict(set), defaultdict(set)
    for row in Attendance.objects.filter(nominee__invitation__workshop=workshop):
        days[row.nominee_id].add(row.on)
    for mark in Mark.objects.filter(session__workshop=workshop):
        marks[mark.nominee_id].add(mark.session_id)
    counted = frozenset(key for keys in marks.values() for key in keys)
    told = [Held(one.pk, one.starts_at and one.starts_at.astimezone(zone).date()) for one in held]
    people = Nominee.objects.filter(pk__in=days).select_related("invitation").order_by("name", "pk")
    found = []
    for person in people:
        keys = set(attended(told, days[person.pk], marks[person.pk], counted))
        on = tuple(day.isoformat() for day in sorted(days[person.pk]))
        found.append(Presence(person, on, tuple(one for one in held if one.pk in keys)))
    return found
