"""The maker: a quote is written and sealed here, and leaves this node only after the deadline."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders.models import MakerQuote, Tender
from isthmus.apps.solar.tenders.records import OfferV1
from isthmus.apps.solar.tenders.rules import seals
from isthmus.apps.solar.tenders.services.asking import bad_input
from isthmus.exchange.services import Outgoing, publish
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault
from isthmus.kit.ids import uuid7

MARGIN: Final = timedelta(seconds=5)
"""How long after the deadline a quote leaves at the earliest: a clock may run ahead of the asker's."""


def _checked(tender: Tender, quote: str, organisation: Organisation, given: Mapping[str, Any]) -> OfferV1:
    members = {
        **given,
        "tender": tender.number,
        "quote": quote,
        "maker": organisation.code,
        "maker_name": organisation.name,
    }
    try:
        offer = OfferV1.model_validate(members)
    except ValidationError as error:
        raise bad_input(error) from error
    asked = {one.lot for one in bodies.request_of(tender).lots}
    lots = [line.lot for line in offer.lines]
    if not lots or len(set(lots)) != len(lots) or not asked.issuperset(lots):
        message = _("Offer at least one lot of the request, each once.")
        raise BadInput("solar.quote", message, faults=(FieldFault("lines", message),))
    return offer


def _open_tender(tender: Tender) -> Tender:
    row = Tender.objects.select_for_update(of=("self",)).get(pk=tender.pk)
    if row.way != Tender.Way.IN or row.withdrawn_at is not None:
        raise Conflict("solar.tender-closed", _("This request is not open for quotes."))
    if clock.now() >= row.closes:
        raise Conflict("solar.tender-closed", _("The deadline of this request has passed."))
    return row


@transaction.atomic
def write(
    tender: Tender,
    offer: Mapping[str, Any],
    *,
    organisation: Organisation,
    actor: str,
    quote: MakerQuote | None = None,
) -> MakerQuote:
    """Write a quote, or write a draft anew; nothing leaves this node.

    ``offer`` has the members of ``OfferV1`` but those that say whose it is. Conflict once it is sealed.
    """
    row = _open_tender(tender)
    if quote is not None:
        kept = MakerQuote.objects.select_for_update(of=("self",)).get(pk=quote.pk)
        if kept.state != MakerQuote.State.DRAFT:
            raise Conflict("solar.quote-sealed", _("A sealed quote does not change; write another."))
    else:
        kept = MakerQuote(tender=row, organisation=organisation, reference=uuid7().hex, by=actor)
    kept.offer = _checked(row, kept.reference, organisation, offer).model_dump(mode="json")
    kept.save()
    return kept


@transaction.atomic
def seal(quote: MakerQuote, *, actor: str) -> MakerQuote:
    """Seal a quote and send the seal; the quote stays here until the deadline has passed."""
    tender = _open_tender(quote.tender)
    row = MakerQuote.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=quote.pk)
    if row.state != MakerQuote.State.DRAFT:
        raise Conflict("solar.quote-sealed", _("This quote is sealed already."))
    row.tender = tender
    row.salt = seals.new_salt()
    row.seal = seals.seal_of(row.salt, row.offer)
    row.state, row.sealed_at, row.by = MakerQuote.State.SEALED, clock.now(), actor
    row.save()
    audit.note("solar.quote-sealed", actor=actor, subject=row.reference, detail={"seal": row.seal})
    sent = Outgoing(bodies.SEAL, bodies.seal_of(row), tender.number, row.organisation_id)
    (record,) = publish([sent], to=[tender.partner])
    row.seal_leaf = record.leaf
    row.save(update_fields=["seal_leaf"])
    return row


@transaction.atomic
def open_quote(quote: MakerQuote, *, actor: str) -> MakerQuote:
    """Send a sealed quote with its salt; Conflict before the deadline, when nobody may read it."""
    row = (
        MakerQuote.objects.select_for_update(of=("self",))
        .select_related("organisation", "tender")
        .get(pk=quote.pk)
    )
    if row.state != MakerQuote.State.SEALED:
        raise Conflict("solar.quote-not-sealed", _("Only a sealed quote can be opened, and only once."))
    now, tender = clock.now(), row.tender
    if tender.withdrawn_at is not None:
        raise Conflict("solar.tender-closed", _("The request was withdrawn; the quote stays closed."))
    if now < tender.closes + MARGIN:
        raise Conflict(
            "solar.quote-too-early",
            _("Nobody may read the quote before the deadline, %(moment)s.")
            % {"moment": clock.to_text(tender.closes)},
            next_step=_("Open it after the deadline."),
        )
    row.state, row.opened_at, row.by = MakerQuote.State.OPENED, now, actor
    row.save()
    audit.note("solar.quote-opened", actor=actor, subject=row.reference, detail={})
    sent = Outgoing(bodies.QUOTE, bodies.quotation_of(row), tender.number, row.organisation_id)
    (record,) = publish([sent], to=[tender.partner])
    row.leaf = record.leaf
    row.save(update_fields=["leaf"])
    return row
