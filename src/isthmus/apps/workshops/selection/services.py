"""Marking nominees."""

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.workshops.nominations.models import Nominee
from isthmus.apps.workshops.nominations.rules.ranking import MOST_MARK
from isthmus.apps.workshops.programme.services.planning import bad, open_programme
from isthmus.apps.workshops.selection import queries
from isthmus.apps.workshops.selection.models import Assessment
from isthmus.kit import clock


@transaction.atomic
def assess(nominee: Nominee, marks: dict[str, int], conflict: str, *, actor: str) -> Assessment:
    """Keep an assessor's marks, or that the assessor may not judge; what was said before is replaced.

    BadInput for a mark beyond the scale, or where neither all marks nor a conflict is given.
    """
    open_programme(nominee.invitation.workshop.programme)
    wanted = set(queries.weights().criteria)
    if not conflict:
        for name in sorted(wanted):
            if not 0 <= marks.get(name, -1) <= MOST_MARK:
                raise bad(
                    name,
                    _("Give a mark from 0 to %(most)d, or say why you may not judge.") % {"most": MOST_MARK},
                )
    row, _made = Assessment.objects.update_or_create(
        nominee=nominee,
        by=actor,
        defaults={
            "marks": {} if conflict else {name: marks[name] for name in wanted},
            "conflict": conflict,
            "at": clock.now(),
        },
    )
    detail = {"conflict": bool(conflict)}
    audit.note("workshops.assessed", actor=actor, subject=nominee.reference, detail=detail)
    return row
