"""People who were accepted for a workshop of the secretariat, without a partner's node; sample data."""

from datetime import timedelta

from isthmus.apps.workshops.models import Attendance, Invitation, Nominee, Selection, Workshop
from isthmus.apps.workshops.programme.services import planning
from isthmus.kit import clock

ACTOR = "officer@node.test"


def accepted(workshop: Workshop, *names: str) -> list[Nominee]:
    """Accepted nominees of Ghana, one for each name."""
    now = clock.now()
    invitation, _made = Invitation.objects.get_or_create(
        workshop=workshop,
        partner="gh",
        defaults={"country": "GH", "quota": 50, "until": now + timedelta(days=1), "at": now, "by": ACTOR},
    )
    found = []
    for place, name in enumerate(names, start=invitation.nominees.count()):
        row = Nominee.objects.create(
            invitation=invitation, reference=f"{place:032}", name=name, body={}, arrived_at=now,
            leaf=f"{workshop.pk:032}{place:032}",
        )  # fmt: skip
        Selection.objects.create(nominee=row, says="accepted", at=now, by=ACTOR)
        found.append(row)
    return found


def held(workshop: Workshop, *names: str) -> Workshop:
    """The workshop, held, with these people on its first day."""
    for row in accepted(workshop, *names):
        Attendance.objects.create(nominee=row, on=workshop.starts, at=clock.now(), by=ACTOR)
    return planning.mark_held(workshop, actor=ACTOR)
