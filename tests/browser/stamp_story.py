"""Stamps in every state of their life, for the pages of a node; sample data."""

from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.models import Guarantee, StampBatch
from isthmus.apps.excise.stamps.models import Proof
from isthmus.apps.excise.stamps.rules import codes
from isthmus.apps.excise.stamps.rules.custody import Act
from isthmus.apps.excise.stamps.services import issuing, listing, moving, requesting
from isthmus.apps.excise.stamps.services.securing import Security
from tests.apps.excise.stamps.samples import GTIN, a_guarantee, an_operator, brandy
from tests.browser import guarantee_story

PRODUCT = "Sample brandy, seven years old, 40 %, 0.5 l"


def _asked(organisation: Organisation, count: int) -> Any:
    return requesting.ask(
        organisation, gtin=GTIN, product=PRODUCT, count=count, proof=Proof.SIGNED, actor="officer@node.test"
    )


def _security() -> Security:
    return Security(Guarantee.objects.get(number="G-17"))


def _issued(organisation: Organisation, count: int) -> StampBatch:
    approved = requesting.approve(_asked(organisation, count), _security(), actor="approver@node.test")
    return issuing.issue(approved, actor="approver@node.test")


def tell(organisation: Organisation, other: Organisation) -> dict[str, Any]:
    """Write it; returns what the pages and the journeys need."""
    distillery = an_operator(organisation, None)
    brandy(distillery)
    a_guarantee(distillery)
    waiting, approved = _asked(organisation, 500), _asked(organisation, 60)
    requesting.approve(approved, _security(), actor="approver@node.test")
    batch = _issued(organisation, 5000)

    def done(act: Act, first: int, last: int, reason: str = "") -> None:
        moving.act_on(batch, act, first, last, holder=organisation, actor="officer@node.test", reason=reason)

    done(Act.PRINT, 1, 4800)
    done(Act.ACTIVATE, 1, 1000)
    done(Act.SELL, 1, 20)
    done(Act.CANCEL, 30, 30, "Printed twice")
    done(Act.SPOIL, 2000, 2010, "Torn in the machine")
    sent = moving.offer(batch, 3001, 3500, sender=organisation, receiver=other, actor="officer@node.test")
    coming_batch = _issued(other, 40)
    moving.act_on(coming_batch, Act.PRINT, 1, 40, holder=other, actor="other@node.test")
    coming = moving.offer(coming_batch, 1, 40, sender=other, receiver=organisation, actor="other@node.test")
    listing.keep()
    good, cancelled = issuing.code_of(batch, 5), issuing.code_of(batch, 30)
    return guarantee_story.tell(organisation) | {
        "stamp_request": waiting.pk,
        "stamp_approved": approved.pk,
        "stamp_issued": batch.request.pk,
        "stamp_batch": batch.pk,
        "stamp_sent": sent.pk,
        "stamp_coming": coming.pk,
        "stamp_code": good.text,
        "stamp_signs": codes.typed(good),
        "stamp_cancelled": cancelled.text,
        "stamp_serials": [issuing.code_of(batch, number).serial_text for number in (1, 29, 31, 999, 1000)],
    }
