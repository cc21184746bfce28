"""Handing stamps over to a holder on a partner's node; the signed answer of that node alone closes it."""

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.excise.registry.models import Operator
from isthmus.apps.excise.stamps.models import (
    CrossingState,
    StampBatch,
    StampCrossing,
    StampWhereabouts,
)
from isthmus.apps.excise.stamps.records import StampHandoverV1
from isthmus.apps.excise.stamps.rules.custody import SHEAF, Act, Sheaf
from isthmus.apps.excise.stamps.services import arriving, moving
from isthmus.apps.excise.stamps.services.issuing import check_run
from isthmus.exchange import queries as exchange
from isthmus.exchange.handlers import Erasing, Received
from isthmus.exchange.models import Record, Verdict
from isthmus.exchange.services import Outgoing, publish
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault, Refused
from isthmus.kit.ids import uuid7
from isthmus.kit.text import nfc
from isthmus.trust.models import Partner

RECORD_TYPE = "excise.stamp-handover/1"


def partners() -> list[Partner]:
    """The active partners to whom an agreement in force lets stamps go."""
    return exchange.receivers_of(RECORD_TYPE)


def _text(field: str, given: str, longest: int) -> str:
    said = " ".join(nfc(given).split())
    if not said or len(said) > longest or not said.isprintable():
        message = _("Write a short text of printable signs.")
        raise BadInput("excise.stamps-crossing", message, faults=(FieldFault(field, message),))
    return said


@transaction.atomic
def send(
    batch: StampBatch,
    first: int,
    last: int,
    *,
    sender: Organisation,
    partner: str,
    receiver: str,
    receiver_name: str,
    actor: str,
) -> StampCrossing:
    """Send stamps to a holder abroad, named by the excise number or code that he has there.

    They are in transit until the other node answers. Refused where no agreement lets stamps go to the
    partner; Conflict names the first stamp that is elsewhere.
    """
    number, name = _text("receiver", receiver, 40), _text("receiver_name", receiver_name, 200)
    if partner not in {one.node_id for one in partners()}:
        raise Refused(
            "excise.stamps-not-agreed",
            _("No agreement in force lets tax stamps go to %(partner)s.") % {"partner": partner},
            next_step=_("Propose one under Agreements, or wait until every party has signed."),
        )
    moving.move_run(batch, Act.HAND_OVER, first, last, holder=sender, receiver=None, actor=actor, reason="")
    row = StampCrossing(
        way="out",
        partner=partner,
        reference=uuid7().hex,
        batch=batch,
        organisation=sender,
        issuer=batch.issuer or exchange.me(),
        issuer_batch=batch.issuer_batch or batch.pk,
        first=first,
        last=last,
        gtin=batch.gtin,
        product=batch.product,
        other=number,
        other_name=name,
        sent_at=clock.now(),
        sent_by=actor,
    )
    row.save()
    row.leaf = _tell(row, "sent", proof=batch.proof)
    row.save(update_fields=["leaf"])
    return row


def _tell(row: StampCrossing, says: str, *, proof: str | None = None, reason: str | None = None) -> str:
    assert row.organisation is not None, "whoever says something is known"
    own, other = (row.organisation.code, row.organisation.name), (row.other or None, row.other_name or None)
    sender, receiver = (own, other) if row.way == "out" else (other, own)
    body = StampHandoverV1.model_validate(
        {
            "handover": row.reference,
            "says": says,
            "at": clock.to_text(clock.now()),
            "issuer": row.issuer,
            "batch": row.issuer_batch,
            "first": row.first,
            "last": row.last,
            "gtin": row.gtin or None,
            "product": row.product or None,
            "proof": proof,
            "sender": sender[0],
            "sender_name": sender[1],
            "receiver": receiver[0],
            "receiver_name": receiver[1],
            "reason": reason,
        }
    )
    outgoing = Outgoing(RECORD_TYPE, body, row.reference, row.organisation.pk)
    (record,) = publish([outgoing], to=[row.partner])
    return record.leaf


def _arriving(crossing: StampCrossing) -> StampCrossing:
    row = StampCrossing.objects.select_for_update().get(pk=crossing.pk)
    if row.way != "in" or row.state != CrossingState.SENT:
        raise Conflict("excise.stamps-handover-closed", _("This handover is closed already."))
    return row


@transaction.atomic
def confirm(crossing: StampCrossing, *, organisation: Organisation, actor: str) -> StampCrossing:
    """The receiver has counted what arrived and holds it from now on; the sender is told.

    Stamps of this node come back so; those of another become a batch here.
    """
    row = _arriving(crossing)
    row.organisation = organisation
    if row.issuer == exchange.me():
        row.batch = _come_back(row, organisation, actor)
    else:
        row.batch = arriving.take_in(row, organisation, actor=actor)
    return _answered(row, CrossingState.RECEIVED, actor)


def _come_back(row: StampCrossing, organisation: Organisation, actor: str) -> StampBatch:
    batch = StampBatch.objects.filter(pk=row.issuer_batch, issuer="").first()
    if batch is None or batch.ends < row.last:
        raise Conflict(
            "excise.stamps-unknown-batch",
            _("This node issued no batch %(batch)s with stamp %(last)s.")
            % {"batch": row.issuer_batch, "last": row.last},
            next_step=_("Refuse the handover and say so."),
        )
    check_run(batch, row.first, row.last)
    moving.move_run(
        batch,
        Act.RETURN,
        row.first,
        row.last,
        holder=_answering_for(batch, row.first),
        receiver=organisation,
        actor=actor,
        reason="",
    )
    return batch


def _answering_for(batch: StampBatch, number: int) -> Organisation:
    position, place = divmod(number - batch.begins, SHEAF)
    where = StampWhereabouts.objects.get(sheaf__batch=batch, sheaf__position=position)
    sheaf = Sheaf.unpacked(bytes(where.places), bytes(where.holders))
    return Organisation.objects.get(pk=sheaf.holders[place])


@transaction.atomic
def refuse(crossing: StampCrossing, reason: str, *, organisation: Organisation, actor: str) -> StampCrossing:
    """Refuse what was sent, and say why; it is the sender's as before."""
    row = _arriving(crossing)
    why = _text("reason", reason, 500)
    row.organisation, row.reason = organisation, why
    return _answered(row, CrossingState.REFUSED, actor)


def _answered(row: StampCrossing, state: CrossingState, actor: str) -> StampCrossing:
    row.state, row.answered_at, row.answered_by = state, clock.now(), actor
    row.save()
    if state == CrossingState.REFUSED:
        audit.note("excise.stamps-refused-abroad", actor=actor, subject=row.reference)
    row.answer_leaf = _tell(row, state.value, reason=row.reason or None)
    row.save(update_fields=["answer_leaf"])
    return row


@transaction.atomic
def take_back(crossing: StampCrossing, *, actor: str) -> StampCrossing:
    """The sender has the stamps back, where the other node signed that it does not accept the record.

    Conflict for any other: while the other side may still confirm them, they are on their way.
    """
    row = _known(crossing.partner, "out", crossing.reference)
    refused = turned_away(crossing)
    if row is None or row.state != CrossingState.SENT or refused is None:
        raise Conflict(
            "excise.stamps-on-their-way",
            _("Only the answer of %(partner)s closes this handover.") % {"partner": crossing.partner},
            next_step=_("Ask the receiver to confirm the stamps or to refuse them."),
        )
    assert row.batch is not None, "what this node sent is of a batch"
    assert row.organisation is not None, "what this node sent has a sender"
    moving.move_run(
        row.batch,
        Act.TAKE_BACK,
        row.first,
        row.last,
        holder=row.organisation,
        receiver=None,
        actor=actor,
        reason="",
    )
    row.state, row.answered_at, row.answered_by = CrossingState.REFUSED, clock.now(), row.partner
    row.reason = refused[:500]
    row.save()
    return row


def turned_away(crossing: StampCrossing) -> str | None:
    """Why the partner's node turned the record away that sent the stamps; None where it did not."""
    rows = Record.objects.filter(leaf=crossing.leaf, verdict=Verdict.REFUSED).exclude(leaf="")
    return rows.values_list("verdict_reason", flat=True).first()


def check_handover(received: Received) -> None:
    """Refuse a record that contradicts itself, or an earlier one of the same handover."""
    body: StampHandoverV1 = received.body
    partner = received.record.sender
    if body.last < body.first:
        message = _("The last number comes before the first.")
        raise BadInput("excise.stamp-handover", message, faults=(FieldFault("last", message),))
    if body.reason is not None and body.says != "refused":
        message = _("Only a refusal has a reason.")
        raise BadInput("excise.stamp-handover", message, faults=(FieldFault("reason", message),))
    known = _known(partner, "in", body.handover)
    if body.says == "sent" and known is not None and not _same_run(known, body):
        message = _("Another run of stamps was sent under this name.")
        raise BadInput("excise.stamp-handover", message, faults=(FieldFault("handover", message),))


def _known(partner: str, way: str, reference: str) -> StampCrossing | None:
    rows = StampCrossing.objects.select_for_update(of=("self",)).select_related("batch", "organisation")
    return (
        rows.filter(partner=partner, way=way, reference=reference)
        .exclude(state=CrossingState.UNMATCHED)
        .first()
    )


def _same_run(row: StampCrossing, body: StampHandoverV1) -> bool:
    ours = (row.issuer, row.issuer_batch, row.first, row.last)
    return ours == (body.issuer, body.batch, body.first, body.last)


@transaction.atomic
def receive_handover(received: Received) -> None:
    """Handler of ``excise.stamp-handover/1``: what was sent waits for its receiver; an answer closes."""
    body: StampHandoverV1 = received.body
    partner = received.record.sender
    if body.says == "sent":
        if _known(partner, "in", body.handover) is None:
            _row_of(body, partner, "in", received).save()
        return
    row = _known(partner, "out", body.handover)
    state = CrossingState(body.says)
    if row is None or not _same_run(row, body) or row.state not in {CrossingState.SENT, state}:
        stray = _row_of(body, partner, "out", received)
        stray.state = CrossingState.UNMATCHED
        stray.answered_at, stray.answered_by = received.record.issued, partner
        told = _("“%(says)s”: the handover is not here, is of other numbers, or is closed otherwise.")
        stray.reason = told % {"says": state.label}
        stray.leaf, stray.answer_leaf = "", received.leaf
        stray.save()
        return
    if row.state == CrossingState.SENT:
        _close(row, state, body.reason or "", received)


def _close(row: StampCrossing, state: CrossingState, reason: str, received: Received) -> None:
    assert row.batch is not None, "what this node sent is of a batch"
    assert row.organisation is not None, "what this node sent has a sender"
    moving.move_run(
        row.batch,
        Act.LEAVE if state == CrossingState.RECEIVED else Act.TAKE_BACK,
        row.first,
        row.last,
        holder=row.organisation,
        receiver=None,
        actor=received.record.sender,
        reason=reason,
    )
    row.state, row.answered_at, row.answered_by = state, received.record.issued, received.record.sender
    row.reason, row.answer_leaf = reason, received.leaf
    row.save()


def _row_of(body: StampHandoverV1, partner: str, way: str, received: Received) -> StampCrossing:
    """The row of a handover as the partner tells of it."""
    theirs = (body.sender, body.sender_name) if body.says == "sent" else (body.receiver, body.receiver_name)
    return StampCrossing(
        way=way,
        partner=partner,
        reference=body.handover,
        organisation_id=_addressed(body.receiver or "", received.organisation_id) if way == "in" else None,
        issuer=body.issuer,
        issuer_batch=body.batch,
        first=body.first,
        last=body.last,
        gtin=body.gtin or "",
        product=body.product or "",
        other=theirs[0] or "",
        other_name=theirs[1] or "",
        sent_at=clock.from_text(body.at),
        sent_by=partner,
        leaf=received.leaf,
    )


def _addressed(receiver: str, desk: int | None) -> int | None:
    """The organisation that a handover is for: by excise number, by code, or the desk's."""
    operator = Operator.objects.filter(excise_number=receiver).first()
    if operator is not None:
        return operator.firm_id or operator.organisation_id
    own = Organisation.objects.filter(code=receiver).values_list("pk", flat=True).first()
    return own or desk


def restore_handover(received: Received) -> None:
    """A record of this node that it lost came back; it is shown, for its stamps must be looked for."""
    body: StampHandoverV1 = received.body
    partner = received.record.receiver
    way = "out" if body.says == "sent" else "in"
    known = _known(partner, way, body.handover)
    if known is not None and known.state == body.says:
        return
    row = _row_of(body, partner, way, received)
    row.state, row.sent_by = CrossingState.UNMATCHED, received.record.sender
    row.reason = _("This node said so and lost it. Compare with the partner and note what is missing.")
    row.save()


def erase_handover(erasing: Erasing) -> None:
    """Erase what a record said beside its numbers, which custody needs."""
    rows = StampCrossing.objects.filter(leaf=erasing.leaf) | StampCrossing.objects.filter(
        answer_leaf=erasing.leaf
    )
    rows.update(product="", other="", other_name="", reason="")


def take_number(stand_in: str, leaf: str) -> None:
    """What waited for a number has its leaf now."""
    StampCrossing.objects.filter(leaf=stand_in).update(leaf=leaf)
    StampCrossing.objects.filter(answer_leaf=stand_in).update(answer_leaf=leaf)
