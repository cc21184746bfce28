"""Moving stamps: one run of numbers, one transaction, one posting for what leaves and what enters."""

from collections import Counter

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.excise.stamps.models import (
    HandoverState,
    StampAct,
    StampBatch,
    StampHandover,
    StampRequest,
    StampWhereabouts,
)
from isthmus.apps.excise.stamps.rules.custody import (
    MOVES,
    SHEAF,
    WITHDRAWN,
    Act,
    CustodyFault,
    Place,
    Reason,
    Sheaf,
    spans,
)
from isthmus.apps.excise.stamps.services import book, securing
from isthmus.apps.excise.stamps.services.issuing import check_run
from isthmus.apps.excise.stamps.wording import ACTS, PLACES
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault
from isthmus.kit.text import nfc

EXPLAINED = frozenset({Act.SPOIL, Act.CANCEL, Act.DESTROY, Act.LOSE, Act.FIND})
"""What is done for a reason that is written down."""
BY_HAND = (
    Act.PRINT,
    Act.ACTIVATE,
    Act.SELL,
    Act.SPOIL,
    Act.CANCEL,
    Act.DESTROY,
    Act.LOSE,
    Act.FIND,
)
"""What a holder does alone; handing over takes two."""


def move_run(
    batch: StampBatch,
    act: Act,
    first: int,
    last: int,
    *,
    holder: Organisation,
    receiver: Organisation | None,
    actor: str,
    reason: str,
) -> StampAct:
    """Move a run of numbers by an act, all or none, in the transaction of the caller; what was noted."""
    check_run(batch, first, last)
    # One writer at a time for a batch: the packed rows of a run are read, changed and written together.
    StampBatch.objects.select_for_update().get(pk=batch.pk)
    before = batch.begins - 1
    runs = spans(first - before, last - before)
    wanted = StampWhereabouts.objects.select_related("sheaf").filter(
        sheaf__batch=batch, sheaf__position__range=(runs[0][0], runs[-1][0])
    )
    rows = {row.sheaf.position: row for row in wanted.defer("sheaf__serials")}
    total: Counter[Place] = Counter()
    for position, start, end in runs:
        row = rows[position]
        sheaf = Sheaf.unpacked(bytes(row.places), bytes(row.holders))
        try:
            total += sheaf.move(start, end, act, holder.pk, None if receiver is None else receiver.pk)
        except CustodyFault as fault:
            raise _refusal(fault, before + position * SHEAF + fault.number + 1, act, holder) from fault
        row.places, row.holders = sheaf.packed()
    StampWhereabouts.objects.bulk_update(rows.values(), ["places", "holders"], batch_size=100)
    done = StampAct.objects.create(
        batch=batch,
        act=act.value,
        first=first,
        last=last,
        holder=holder,
        at=clock.now(),
        actor=actor,
        reason=reason,
    )
    if MOVES[act].target in WITHDRAWN and batch.request_id is not None:
        fresh = sum(count for place, count in total.items() if place not in WITHDRAWN)
        # Before the book "stamps" is locked: books are locked in the order of their names.
        request = StampRequest.objects.select_for_update().get(pk=batch.request_id)
        securing.settle(request, fresh, actor=actor)
    book.post_move(done, total, MOVES[act].target, receiver or holder)
    detail = {"first": first, "last": last, "holder": holder.code, "reason": reason}
    audit.note(f"excise.stamps-{act.value}", actor=actor, subject=str(batch.pk), detail=detail)
    return done


def _refusal(fault: CustodyFault, number: int, act: Act, holder: Organisation) -> Conflict:
    if fault.reason is Reason.HOLDER:
        said = _("Stamp %(number)s is not held by %(holder)s.") % {"number": number, "holder": holder.name}
    else:
        said = _("Stamp %(number)s cannot be moved so (%(act)s): its state is “%(place)s”.") % {
            "number": number,
            "act": ACTS[act],
            "place": PLACES[fault.place],
        }
    return Conflict(
        "excise.stamps-not-there", said, next_step=_("Nothing was changed. Give another run of numbers.")
    )


@transaction.atomic
def act_on(
    batch: StampBatch, act: Act, first: int, last: int, *, holder: Organisation, actor: str, reason: str = ""
) -> None:
    """Move the stamps ``first`` to ``last`` that a holder has, all or none.

    Conflict names the first stamp that is elsewhere; BadInput where a reason is missing, and for acts that
    take two (``offer``, ``confirm``, ``take_back``).
    """
    if act not in BY_HAND:
        raise BadInput("excise.stamps-act", _("Stamps are handed over by offering and confirming them."))
    why = nfc(reason).strip()[:500]
    if act in EXPLAINED and not why:
        message = _("Say why.")
        raise BadInput("excise.stamps-reason", message, faults=(FieldFault("reason", message),))
    move_run(batch, act, first, last, holder=holder, receiver=None, actor=actor, reason=why)


@transaction.atomic
def offer(
    batch: StampBatch, first: int, last: int, *, sender: Organisation, receiver: Organisation, actor: str
) -> StampHandover:
    """Send stamps off: they are in transit, and the sender's, until the receiver confirms them."""
    if sender.pk == receiver.pk or not receiver.active:
        message = _("Hand stamps over to another organisation that is active.")
        raise BadInput("excise.stamps-receiver", message, faults=(FieldFault("receiver", message),))
    move_run(batch, Act.HAND_OVER, first, last, holder=sender, receiver=None, actor=actor, reason="")
    return StampHandover.objects.create(
        batch=batch,
        first=first,
        last=last,
        sender=sender,
        receiver=receiver,
        offered_at=clock.now(),
        offered_by=actor,
    )


def _open(handover: StampHandover) -> StampHandover:
    row = (
        StampHandover.objects.select_for_update(of=("self",))
        .select_related("batch", "sender", "receiver")
        .get(pk=handover.pk)
    )
    if row.state != HandoverState.OFFERED:
        raise Conflict("excise.stamps-handover-closed", _("This handover is closed already."))
    return row


def _close(
    row: StampHandover, state: HandoverState, act: Act, receiver: Organisation | None, actor: str
) -> None:
    move_run(
        row.batch, act, row.first, row.last, holder=row.sender, receiver=receiver, actor=actor, reason=""
    )
    row.state, row.closed_at, row.closed_by = state, clock.now(), actor
    row.save(update_fields=["state", "closed_at", "closed_by"])


@transaction.atomic
def confirm(handover: StampHandover, *, actor: str) -> StampHandover:
    """The receiver has counted the stamps and holds them from now on."""
    row = _open(handover)
    _close(row, HandoverState.CONFIRMED, Act.RECEIVE, row.receiver, actor)
    return row


@transaction.atomic
def take_back(handover: StampHandover, *, actor: str) -> StampHandover:
    """The sender has the stamps back."""
    row = _open(handover)
    _close(row, HandoverState.TAKEN_BACK, Act.TAKE_BACK, None, actor)
    return row
