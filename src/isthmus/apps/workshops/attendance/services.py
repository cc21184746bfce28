"""Writers of attendance: badges, marks from the desk, and lists that were kept without a network."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.workshops.attendance import queries
from isthmus.apps.workshops.attendance.models import Badge, Mark
from isthmus.apps.workshops.attendance.rules.marks import Seen, merged
from isthmus.apps.workshops.nominations.models import Nominee
from isthmus.apps.workshops.nominations.services.inviting import note_days
from isthmus.apps.workshops.programme.models import Session, Workshop
from isthmus.apps.workshops.programme.services.planning import bad, open_programme
from isthmus.kit import base32, clock

CODE_SIGNS = 10


@transaction.atomic
def make_badges(workshop: Workshop, *, actor: str) -> int:
    """A badge for every accepted person who has none; returns how many are new."""
    open_programme(workshop.programme)
    known = set(queries.badges_of(workshop).values_list("nominee_id", flat=True))
    new = [one for one in queries.accepted_of(workshop) if one.pk not in known]
    for person in new:
        Badge.objects.create(nominee=person, code=base32.drawn(CODE_SIGNS))
    if new:
        audit.note("workshops.badges", actor=actor, subject=workshop.number, detail={"new": len(new)})
    return len(new)


def _person(workshop: Workshop, code: str) -> Nominee:
    signs = base32.tidied(code)
    row = queries.badges_of(workshop).filter(code=signs).first()
    if row is None:
        raise bad("code", _("No badge of this workshop has the code %(code)s.") % {"code": code[:20]})
    return row.nominee


@transaction.atomic
def mark(
    workshop: Workshop, code: str, session: Session | None, on: date, *, actor: str
) -> tuple[Nominee, bool]:
    """Note that whoever has a badge is here; the person, and whether that is new. Raises as ``merge``."""
    person = _person(workshop, code)
    new = merge(workshop, [Seen(code, on, 0 if session is None else session.place_in_workshop)], actor=actor)
    return person, bool(new)


@transaction.atomic
def merge(workshop: Workshop, seen: Iterable[Seen], *, actor: str) -> int:
    """Add a list of marks; what is known already stays as it is. Returns how many days and sessions are new.

    BadInput where a code, day or session is none of the workshop's; then nothing of the list is written.
    """
    sessions = {one.place_in_workshop: one for one in workshop.sessions.all()}
    people = {one.code: one.nominee for one in queries.badges_of(workshop)}
    marks = Mark.objects.filter(session__workshop=workshop)
    known, now = set(marks.values_list("nominee_id", "session_id")), clock.now()
    days: dict[date, dict[int, Nominee]] = defaultdict(dict)
    new: list[Mark] = []
    for one in merged(Seen(base32.tidied(each.code), each.on, each.session) for each in seen):
        person = people.get(one.code)
        if person is None:
            raise bad("code", _("No badge of this workshop has the code %(code)s.") % {"code": one.code[:20]})
        days[one.on][person.pk] = person
        if one.session:
            session = sessions.get(one.session)
            if session is None:
                raise bad("session", _("There is no session %(number)d.") % {"number": one.session})
            if (person.pk, session.pk) not in known:
                known.add((person.pk, session.pk))
                new.append(Mark(nominee=person, session=session, at=now, by=actor))
    Mark.objects.bulk_create(new)
    # This refuses a programme that is closed, and with it all of the list.
    return len(new) + note_days(workshop, {on: found.values() for on, found in days.items()}, actor=actor)
