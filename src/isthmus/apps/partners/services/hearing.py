"""What partners say of introductions, as it arrives: twice, late, or about something that expired.

A check refuses what contradicts itself or is about nothing known here, with a signed reason. What comes too
late is kept as a record and changes nothing.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.apps.partners.models import Introduction, Listing
from isthmus.apps.partners.queries.sides import both_sides
from isthmus.apps.partners.records import IntroductionV1
from isthmus.apps.partners.rules.standing import ANSWERS, WITH_DETAILS, Says, Standing, after
from isthmus.apps.partners.services import introducing
from isthmus.apps.partners.services.faults import refused
from isthmus.apps.partners.services.restoring import recall
from isthmus.exchange.handlers import Received
from isthmus.kit import clock


def _sides(received: Received) -> tuple[Listing, Listing]:
    """Need and offer that a question is about: the asker's is the partner's, the other one of this node."""
    need, offer = both_sides(received.body, received.record.sender, asked_here=False)
    if need is None or offer is None:
        raise refused("need" if need is None else "offer", _("There is no such need or offer here."))
    return need, offer


def _known(received: Received) -> Introduction | None:
    body: IntroductionV1 = received.body
    rows = Introduction.objects.select_related("need__organisation", "offer__organisation")
    return rows.filter(partner=received.record.sender, reference=body.introduction).first()


def check_introduction(received: Received) -> None:
    """Refuse what is about nothing known here, comes from the wrong side, or tells details too early."""
    body: IntroductionV1 = received.body
    says, row = Says(body.says), _known(received)
    if body.details is not None and says not in WITH_DETAILS:
        raise refused("details", _("Names and contacts are told once both sides have agreed."))
    if says is Says.ASKED:
        need, offer = _sides(received)
        if row is not None and (row.need_id, row.offer_id) != (need.pk, offer.pk):
            raise refused("introduction", _("Another introduction has this reference."))
        return
    if row is None:
        raise refused("introduction", _("There is no such introduction here."))
    if (row.need.reference, row.offer.reference, row.asked_by) != (body.need, body.offer, body.asked_by):
        raise refused("introduction", _("It is between another need and offer."))
    if row.asker.is_own != (says in ANSWERS):
        raise refused("says", _("The other side says this."))
    if says is Says.OPENED and row.state == Introduction.State.ASKED:
        raise refused("says", _("This side has not agreed yet."))


@transaction.atomic
def receive_introduction(received: Received) -> None:
    """Handler of ``partners.introduction/1``."""
    body: IntroductionV1 = received.body
    says = Says(body.says)
    if says is Says.ASKED:
        need, offer = _sides(received)
        _row, new = Introduction.objects.get_or_create(
            partner=received.record.sender,
            reference=body.introduction,
            defaults={
                "need": need,
                "offer": offer,
                "asked_by": body.asked_by,
                "asked_at": clock.from_text(body.at),
                "leaf": received.leaf,
            },
        )
        if new:
            recall(received.record.sender, body.introduction)
        return
    known = _known(received)
    if known is None:  # this node asked, and came back from an older state
        recall(received.record.sender, body.introduction)
        known = _known(received)
    assert known is not None, "the check has seen it, or this node has asked"
    row = introducing.locked(known)
    now = after(Standing(row.state), says)
    if now == row.state:
        return
    row.state = Introduction.State(now.value)
    if says in ANSWERS:
        row.answered_at, row.answer_leaf = clock.from_text(body.at), received.leaf
    elif says is Says.OPENED:
        row.opened_leaf = received.leaf
    row.reason = body.reason or ""
    if body.details is not None:
        row.details = body.details.model_dump(mode="json", exclude_none=True)
    row.save()
    if now is Standing.AGREED:
        introducing.open_details(row)
