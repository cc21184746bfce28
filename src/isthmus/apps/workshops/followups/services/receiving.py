"""What arrives at the secretariat: the sealed form of an accepted delegate, kept among the travel details."""

import json

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.apps.workshops.followups.models import FollowUp, HeldFollowUp
from isthmus.apps.workshops.followups.records import FollowUpV1
from isthmus.apps.workshops.followups.rules.journeys import FIELDS, misfit
from isthmus.apps.workshops.followups.wording import words
from isthmus.apps.workshops.letters.models import TravelDetails
from isthmus.apps.workshops.letters.services import is_accepted, note_travel
from isthmus.apps.workshops.nominations.models import Nomination, Nominee
from isthmus.apps.workshops.nominations.services.receiving import arrived_at
from isthmus.exchange.handlers import Erasing, Received
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, FieldFault, Refused
from isthmus.trust.sealed_for import open_from

_MOST = 200


def _fault(field: str, message: str) -> BadInput:
    return BadInput("workshops.record", message, faults=(FieldFault(field, message),))


def _nominee(received: Received) -> Nominee:
    body: FollowUpV1 = received.body
    rows = Nominee.objects.select_related("invitation__workshop__programme")
    row = rows.filter(
        invitation__partner=received.record.sender,
        invitation__workshop__number=body.workshop,
        reference=body.nomination,
    ).first()
    if row is None:
        raise _fault("nomination", _("Nobody was nominated under this name."))
    return row


def _told(received: Received) -> dict[str, str]:
    body: FollowUpV1 = received.body
    try:
        told = json.loads(open_from(received.record.sender, body.sealed, about=body.nomination))
    except (Refused, ValueError) as error:
        raise _fault("sealed", _("The sealed answers do not open here.")) from error
    if not isinstance(told, dict) or set(told) != set(FIELDS):
        raise _fault("sealed", _("The sealed answers are not those of the form."))
    if any(not isinstance(text, str) or len(text) > _MOST for text in told.values()):
        raise _fault("sealed", _("The sealed answers are not those of the form."))
    return told


def check_follow_up(received: Received) -> None:
    """Refuse what is about nobody accepted here, does not open, or does not fit the workshop."""
    nominee = _nominee(received)
    workshop = nominee.invitation.workshop
    if not is_accepted(nominee):
        raise _fault("nomination", _("Only whoever is accepted is asked for travel details."))
    if workshop.programme.closed_at is not None or clock.now().date() > workshop.ends:
        raise _fault("workshop", _("This workshop is over."))
    if (found := misfit(_told(received), workshop.starts, workshop.ends)) is not None:
        raise _fault("sealed", f"{found[0]}: {words(found[1])}")


@transaction.atomic
def receive_follow_up(received: Received) -> None:
    """Handler of ``workshops.follow-up/1``: the greatest version is kept, whatever the order."""
    body: FollowUpV1 = received.body
    nominee = _nominee(received)
    if HeldFollowUp.objects.filter(nominee=nominee, version__gte=body.version).exists():
        return
    told_now = {
        "version": body.version, "arrived_at": arrived_at(received.leaf), "leaf": received.leaf,
    }  # fmt: skip
    HeldFollowUp.objects.update_or_create(nominee=nominee, defaults=told_now)
    note_travel(nominee, _told(received), actor=f"node {received.record.sender}")


def erase(erasing: Erasing) -> None:
    """Wipe what the record said, on whichever side of the border this is."""
    if erasing.sent:
        FollowUp.objects.filter(leaf=erasing.leaf).update(sealed=b"")
        return
    people = HeldFollowUp.objects.filter(leaf=erasing.leaf).values("nominee")
    TravelDetails.objects.filter(nominee__in=people).update(sealed=b"", purged_at=clock.now())


@transaction.atomic
def restore(received: Received) -> None:
    """A form that this node had sent came back: the next one has a higher version, or it would not count.

    What it said was sealed for the secretariat alone: the delegate sees what the backup knew of it.
    """
    body: FollowUpV1 = received.body
    nomination = Nomination.objects.filter(
        call__partner=received.record.receiver, call__number=body.workshop, reference=body.nomination
    ).first()
    if nomination is None:
        return
    row = FollowUp.objects.select_for_update().filter(nomination=nomination).first()
    row = row or FollowUp(nomination=nomination, version=0, sealed=b"")
    if row.version < body.version:
        row.version, row.sent_at, row.leaf = body.version, clock.from_text(body.at), received.leaf
        row.save()


def take_number(stand_in: str, leaf: str) -> None:
    """What waited for a number has its leaf now."""
    FollowUp.objects.filter(leaf=stand_in).update(leaf=leaf)
