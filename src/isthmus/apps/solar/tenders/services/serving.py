"""After the award: the acceptance test of what came, and tickets about faults under warranty."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from isthmus.accounts import audit
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders import queries
from isthmus.apps.solar.tenders.models import (
    Acceptance,
    MakerQuote,
    QuoteDecision,
    Tender,
    TicketSaying,
    WarrantyTicket,
)
from isthmus.apps.solar.tenders.rules.tickets import ANSWERS, ASKER_SAYS, TicketState, state_of
from isthmus.apps.solar.tenders.services.asking import bad_input
from isthmus.exchange.services import Outgoing, publish
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault
from isthmus.kit.ids import uuid7


def _check_lot(decision: QuoteDecision, lot: int) -> None:
    if decision.says != QuoteDecision.Says.AWARDED or lot not in decision.lots:
        message = _("This lot was not awarded to this quote.")
        raise BadInput("solar.acceptance", message, faults=(FieldFault("lot", message),))


@transaction.atomic
def accept(
    decision: QuoteDecision,
    *,
    lot: int,
    counted: int,
    tested: int,
    failed: int,
    checks: Mapping[str, bool],
    accepted: bool,
    reason: str,
    actor: str,
) -> Acceptance:
    """Note the acceptance test of a delivery and tell the maker; a refusal says why."""
    _check_lot(decision, lot)
    if not 0 <= failed <= tested <= counted:
        message = _("No more can be tested than came, nor fail than were tested.")
        raise BadInput("solar.acceptance", message, faults=(FieldFault("tested", message),))
    if not accepted and not reason:
        message = _("Say why it is refused.")
        raise BadInput("solar.acceptance", message, faults=(FieldFault("reason", message),))
    row = Acceptance(
        tender=decision.tender,
        partner=decision.partner,
        quote=decision.quote,
        reference=uuid7().hex,
        lot=lot,
        says=Acceptance.Says.ACCEPTED if accepted else Acceptance.Says.REFUSED,
        counted=counted,
        tested=tested,
        failed=failed,
        checks=[{"name": name, "passed": passed} for name, passed in checks.items()],
        reason=reason,
        at=clock.now(),
        by=actor,
    )
    try:
        body = bodies.acceptance_of(row)
    except ValidationError as error:
        raise bad_input(error) from error
    row.save()
    audit.note("solar.accepted", actor=actor, subject=row.reference, detail={"says": row.says, "lot": lot})
    outgoing = Outgoing(bodies.ACCEPTANCE, body, row.tender.number, row.tender.organisation_id)
    (record,) = publish([outgoing], to=[row.partner])
    row.leaf = record.leaf
    row.save(update_fields=["leaf"])
    return row


def _say(
    ticket: WarrantyTicket,
    says: str,
    *,
    actor: str,
    organisation_id: int | None,
    text: str,
    lot: int | None = None,
    part: str = "",
    count: int | None = None,
) -> TicketSaying:
    row = TicketSaying(
        ticket=ticket, says=says, lot=lot, part=part, count=count, text=text, at=clock.now(), by=actor
    )
    try:
        body = bodies.ticket_of(row)
    except ValidationError as error:
        raise bad_input(error) from error
    detail = {"says": says}
    audit.note("solar.warranty-said", actor=actor, subject=ticket.reference, detail=detail)
    outgoing = Outgoing(bodies.TICKET, body, ticket.reference, organisation_id)
    (record,) = publish([outgoing], to=[ticket.partner])
    row.leaf = record.leaf
    row.save()
    return row


@transaction.atomic
def open_ticket(
    decision: QuoteDecision, *, lot: int, part: str, count: int, text: str, actor: str
) -> WarrantyTicket:
    """Tell the maker of a fault under warranty."""
    _check_lot(decision, lot)
    ticket = WarrantyTicket.objects.create(
        tender=decision.tender,
        partner=decision.partner,
        quote=decision.quote,
        reference=uuid7().hex,
        opened_at=clock.now(),
    )
    organisation_id = decision.tender.organisation_id
    _say(
        ticket,
        "opened",
        actor=actor,
        organisation_id=organisation_id,
        text=text,
        lot=lot,
        part=part,
        count=count,
    )
    return ticket


@transaction.atomic
def say(ticket: WarrantyTicket, says: str, text: str, *, actor: str) -> TicketSaying:
    """Answer a ticket as its maker, or close it as its asker; Conflict once it is closed."""
    row = WarrantyTicket.objects.select_for_update(of=("self",)).select_related("tender").get(pk=ticket.pk)
    ours = row.tender.way == Tender.Way.OUT
    if says not in (ASKER_SAYS - {"opened"} if ours else ANSWERS):
        message = _("The other side of a tender says this.")
        raise BadInput("solar.ticket", message, faults=(FieldFault("says", message),))
    if state_of(queries.sayings_of(row)) is TicketState.CLOSED:
        raise Conflict("solar.ticket-closed", _("This ticket is closed."))
    organisation_id = row.tender.organisation_id
    if not ours:
        organisation_id = MakerQuote.objects.get(reference=row.quote).organisation_id
    return _say(row, says, actor=actor, organisation_id=organisation_id, text=text)
