"""Noting travel details, reading them for a letter, and purging them on schedule."""

import json
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.workshops.letters import queries
from isthmus.apps.workshops.letters.models import TravelDetails
from isthmus.apps.workshops.nominations.models import Nominee, Says, Selection
from isthmus.apps.workshops.programme.services.planning import bad, open_programme
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.errors import Conflict
from isthmus.trust import vault


def is_accepted(nominee: Nominee) -> bool:
    """Whether the person was accepted last, and not withdrawn."""
    rows = Selection.objects.filter(nominee_id=nominee.pk).order_by("-at", "-pk")
    return nominee.withdrawn_at is None and rows.values_list("says", flat=True).first() == Says.ACCEPTED


@transaction.atomic
def note_travel(nominee: Nominee, told: dict[str, str], *, actor: str) -> TravelDetails:
    """Keep what an accepted person told for the journey, in place of what was told before.

    ``told`` has passport, born, expires, arrives, leaves (days in ISO form), diet and room. Conflict where
    the person is not accepted; BadInput where the passport ends before the workshop does.
    """
    workshop = nominee.invitation.workshop
    open_programme(workshop.programme)
    if not is_accepted(nominee):
        raise Conflict("workshops.not-accepted", _("Only whoever is accepted is asked for travel details."))
    if told["expires"] and told["expires"] < workshop.ends.isoformat():
        raise bad("expires", _("The passport ends before the workshop does."))
    if told["arrives"] and told["leaves"] and told["leaves"] < told["arrives"]:
        raise bad("leaves", _("The last day lies before the first."))
    sealed = vault.seal(json.dumps(told).encode("utf-8"), name=f"travel {nominee.reference}")
    row, _made = TravelDetails.objects.update_or_create(
        nominee=nominee,
        defaults={"sealed": sealed, "by": actor, "at": clock.now(), "purged_at": None},
    )
    audit.note("workshops.travel-noted", actor=actor, subject=nominee.reference)
    return row


def note_letter(nominee: Nominee, kind: str, trail: dict[str, object], *, actor: str) -> None:
    """Say in the audit trail that a letter was made, since it shows a passport, and by which wording."""
    audit.note("workshops.letter", actor=actor, subject=nominee.reference, detail={"kind": kind, **trail})


def purge(progress: Progress) -> dict[str, int]:
    """Job: wipe travel details once they are not needed any more, some days after the workshop."""
    until = clock.now().date() - timedelta(days=queries.keep_days())
    progress.step(0)
    rows = TravelDetails.objects.filter(nominee__invitation__workshop__ends__lt=until, purged_at=None)
    return {"purged": rows.update(sealed=b"", purged_at=clock.now())}
