"""Stamps in every state of their life, for the pages of a node; sample data."""

from datetime import timedelta
from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.models import Guarantee, StampBatch, StampCrossing, StampIndication
from isthmus.apps.excise.stamps.models import IndicationKind, IndicationSource, Proof
from isthmus.apps.excise.stamps.rules import codes
from isthmus.apps.excise.stamps.rules.custody import Act
from isthmus.apps.excise.stamps.services import indicating, issuing, listing, moving, requesting
from isthmus.apps.excise.stamps.services.securing import Security
from isthmus.kit import clock
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
    arriving = StampCrossing.objects.create(
        way="in",
        partner="cn",
        reference="0" * 32,
        organisation=organisation,
        issuer="cn",
        issuer_batch=77,
        first=5001,
        last=5400,
        gtin=GTIN,
        product=PRODUCT,
        other="CN00000000017",
        other_name="Sample stamp office of the neighbouring country",
        sent_at=clock.now() - timedelta(days=16),
        sent_by="cn",
        leaf="c" * 64,
    )
    noticed = issuing.code_of(batch, 999)
    evidence = {
        "place_before": "geo:47.01,28.86",
        "time_before": "2026-11-20T10:00:00Z",
        "place": "geo:47.76,27.93",
        "time": "2026-11-20T10:30:00Z",
        "minutes": 30.0,
        "distance_km": 109.2,
        "least_speed_kmh": 146,
        "speed_kmh": 130.0,
        "clock_error_s": 900,
        "place_error_km": 2.0,
    }
    indicating.keep(
        [
            indicating.Sign(
                IndicationKind.TRAVEL,
                IndicationSource.EVENTS,
                GTIN,
                noticed.serial_text,
                clock.from_text("2026-11-20T10:30:00Z"),
                evidence,
            )
        ]
    )
    good, cancelled = issuing.code_of(batch, 5), issuing.code_of(batch, 30)
    return guarantee_story.tell(organisation) | {
        "stamp_request": waiting.pk,
        "stamp_approved": approved.pk,
        "stamp_issued": batch.request.pk,
        "stamp_batch": batch.pk,
        "stamp_sent": sent.pk,
        "stamp_coming": coming.pk,
        "stamp_crossing": arriving.pk,
        "stamp_indication": StampIndication.objects.get().pk,
        "stamp_code": good.text,
        "stamp_signs": codes.typed(good),
        "stamp_cancelled": cancelled.text,
        "stamp_serials": [issuing.code_of(batch, number).serial_text for number in (1, 29, 31, 999, 1000)],
    }
