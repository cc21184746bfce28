"""Needs and offers of partners as they arrive; the highest revision counts, in whatever order they come."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.apps.partners.models import Listing
from isthmus.apps.partners.records import NeedV1, OfferV1
from isthmus.apps.partners.rules.lasting import LASTS
from isthmus.apps.partners.services.faults import refused
from isthmus.apps.partners.services.listing import index
from isthmus.exchange.handlers import Received
from isthmus.exchange.queries import find_partner
from isthmus.kit import clock

_NEEDED = ("product", "title", "hs_code", "unit", "volume_class")


def _known(received: Received) -> Listing | None:
    rows = Listing.objects.filter(partner=received.record.sender, reference=received.body.reference)
    return rows.select_for_update(of=("self",)).first()


def _check(received: Received, kind: str) -> None:
    body: NeedV1 | OfferV1 = received.body
    known = Listing.objects.filter(partner=received.record.sender, reference=body.reference).first()
    if known is not None and known.kind != kind:
        raise refused("reference", _("A need and an offer have one reference."))
    if body.says == "withdrawn":
        return
    for name in _NEEDED:
        if getattr(body, name) is None:
            raise refused(name, _("Without this, nothing can be compared."))
    if not body.levels:
        raise refused("levels", _("Without this, nothing can be compared."))
    sender = find_partner(received.record.sender)
    if body.country and sender is not None and sender.country and body.country != sender.country:
        raise refused("country", _("A node tells of firms of its own country only."))
    at, until = clock.from_text(body.at), clock.from_text(body.expires)
    if at > received.record.issued:
        raise refused("at", _("It was confirmed after it was signed."))
    if not at < until <= at + LASTS:
        raise refused("expires", _("It has to end within 180 days of its confirmation."))


def check_need(received: Received) -> None:
    """Refuse a need with which nothing can be compared."""
    _check(received, "need")


def check_offer(received: Received) -> None:
    """Refuse an offer with which nothing can be compared."""
    _check(received, "offer")


def _values(body: NeedV1 | OfferV1) -> dict[str, Any]:
    return {
        "country": body.country or "",
        "product": body.product,
        "title": body.title,
        "text": body.text or "",
        "language": body.language or "en",
        "hs_code": body.hs_code,
        "unit": body.unit,
        "volume_class": body.volume_class,
        "levels": list(body.levels),
        "local_content": body.local_content,
        "certificates": [one.model_dump(mode="json", exclude_none=True) for one in body.certificates],
        "countries": list(body.countries),
        "withdrawn_at": None,
    }


@transaction.atomic
def _receive(received: Received, kind: str) -> None:
    body: NeedV1 | OfferV1 = received.body
    at = clock.from_text(body.at)
    row = _known(received)
    if row is not None and row.revision >= body.revision:
        return
    # A withdrawal may overtake what it takes back: the row without a text keeps that from coming up later.
    row = row or Listing(
        kind=kind, partner=received.record.sender, reference=body.reference, entered_at=at, volume_class=0
    )
    if body.says == "withdrawn":
        row.withdrawn_at = received.record.issued
    else:
        for name, value in _values(body).items():
            setattr(row, name, value)
    row.confirmed_at, row.expires_at = at, clock.from_text(body.expires)
    row.revision, row.leaf = body.revision, received.leaf
    row.save()
    index(row)


def receive_need(received: Received) -> None:
    """Handler of ``partners.need/1``: the need can be found here, or not any more."""
    _receive(received, "need")


def receive_offer(received: Received) -> None:
    """Handler of ``partners.offer/1``: the offer can be found here, or not any more."""
    _receive(received, "offer")
