"""A log that was restored from a backup goes on with another history, once people here have accepted it."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Checkpoint, LogHistory, LogSplit, Standing, Witnessed
from isthmus.exchange.services.alarms import clear_alarm
from isthmus.exchange.services.witness.closing import file_closed_splits
from isthmus.exchange.services.witness.codes import PROOF_OWED, PROOF_WRONG, SPLIT_VIEW
from isthmus.exchange.services.witness.notes import head_of_partner, keep, locked_log
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault
from isthmus.trust.models import Partner
from isthmus.trust.services import find_partner

RECOVERY = "recovery"


def _check_reason(reason: str) -> None:
    if not reason.strip():
        fault = FieldFault("reason", _("Say what you and the partner found out."))
        raise BadInput("exchange.no-reason", _("A history is accepted for a reason."), faults=(fault,))


def _check(partner: Partner, head: Checkpoint, kept_size: int, reason: str) -> None:
    _check_reason(reason)
    if not 0 <= kept_size <= head.size:
        raise BadInput(
            "exchange.history-size",
            _("A log of %(size)d entries cannot have kept %(kept)d.")
            % {"size": head.size, "kept": kept_size},
        )
    other = (
        Checkpoint.objects.filter(node_id=partner.node_id, size=head.size, size__lte=kept_size, history=0)
        .exclude(standing=Standing.SPLIT)
        .exclude(root=head.root)
        .exists()
    )
    if other:
        raise Conflict(
            "exchange.history-contradicts",
            _(
                "%(name)s says that it kept %(kept)d entries, but this node holds a signed head of that very"
                " size with another root."
            )
            % {"name": partner.name, "kept": kept_size},
            next_step=_("Ask the partner from which backup it was restored; a smaller size may be true."),
        )


def _fall_back(log: Witnessed, kept_size: int) -> None:
    """Let the tip be the largest proved head within what was kept; none is left where none was that small."""
    if log.tip_size <= kept_size:
        return
    left = Checkpoint.objects.filter(node_id=log.partner.node_id, standing=Standing.HELD, size__lte=kept_size)
    newest = left.order_by("-size").first()
    log.tip_size, log.tip_root = (newest.size, newest.root) if newest is not None else (0, "")
    log.cosigned_note, log.cosigned_at, log.handed_size = "", None, 0


@transaction.atomic
def accept_new_history(partner: Partner, kept_size: int, note: str, reason: str, *, actor: str) -> LogHistory:
    """Let a partner's log go on from its first ``kept_size`` entries, as the head in ``note`` says.

    Later heads held here are closed with ``reason`` and stay as evidence; so does what comes later but is
    dated before the note. What was kept must still be the beginning of the new history: a proof of it is
    asked of the partner at the next call, and nothing is cosigned before it came. Open split views of the log
    are closed. Refused for a note that the partner's log key did not sign, BadInput for sizes that cannot be
    or no reason, Conflict where the note contradicts what it says was kept.
    """
    with open_ledger():
        log = locked_log(partner)
        head = head_of_partner(partner, note)
        _check(partner, head, kept_size, reason)
        moment = clock.now()
        here = Checkpoint.objects.filter(node_id=partner.node_id, history=0).exclude(
            size=head.size, root=head.root
        )
        here.filter(Q(issued__lt=head.issued) | Q(size=head.size), size__gt=kept_size).update(
            standing=Standing.CLOSED, history=log.history
        )
        # What contradicted the old history may belong to the new one: it is looked at again.
        here.filter(size__gt=kept_size, history=0).update(standing=Standing.NEW, asked_at=None)
        keep(head, RECOVERY)
        Checkpoint.objects.filter(node_id=partner.node_id, size=head.size, root=head.root).update(
            standing=Standing.NEW, history=0, asked_at=None
        )
        _fall_back(log, kept_size)
        log.history += 1
        log.kept_size, log.history_since, log.next_call_at = kept_size, head.issued, None
        log.save()
        accepted = LogHistory.objects.create(
            partner=partner,
            number=log.history,
            kept_size=kept_size,
            note=head.note,
            reason=reason,
            accepted_by=actor,
            accepted_at=moment,
        )
        file_closed_splits(partner, accepted)
        _end(partner, reason, actor, LogSplit.objects.filter(node_id=partner.node_id))
        detail = {"kept": kept_size, "size": head.size, "root": head.root, "reason": reason}
        audit.note("exchange.history-accepted", actor=actor, subject=partner.node_id, detail=detail)
    return accepted


def kept_below(split: LogSplit) -> int:
    """How many entries the two histories certainly share: the largest proved head below both, else 0."""
    proved = Checkpoint.objects.filter(
        node_id=split.node_id, standing=Standing.HELD, history=0, size__lt=split.size
    )
    return proved.order_by("-size").values_list("size", flat=True).first() or 0


@transaction.atomic
def decide(split: LogSplit, root: str, reason: str, *, actor: str) -> None:
    """Say which of the two heads of a split view belongs to the log as it goes on, and why.

    Where that is the history known here so far, the other head is closed as evidence. Else it is accepted as
    a new history from what both certainly share. NotFound for a log that is no partner's; BadInput for a root
    that is none of the two, or no reason; Conflict where the matter is closed already.
    """
    with open_ledger():
        partner = find_partner(split.node_id)
        log = locked_log(partner)
        split = LogSplit.objects.select_for_update().get(pk=split.pk)
        if split.closed_at is not None:
            raise Conflict("exchange.split-closed", _("Somebody has decided this already."))
        if root not in {split.root, split.other_root}:
            fault = FieldFault("root", _("Choose one of the two heads."))
            raise BadInput("exchange.no-head", _("This is none of the two heads."), faults=(fault,))
        heads = Checkpoint.objects.filter(node_id=split.node_id, size=split.size, history=0)
        chosen = heads.get(root=root)
        if chosen.standing != Standing.HELD:
            accept_new_history(partner, kept_below(split), chosen.note, reason, actor=actor)
            return
        _check_reason(reason)
        heads.exclude(root=root).update(standing=Standing.CLOSED, history=log.history)
        _end(partner, reason, actor, LogSplit.objects.filter(pk=split.pk))
        audit.note(
            "exchange.head-set-aside",
            actor=actor,
            subject=partner.node_id,
            detail={"size": split.size, "kept": root, "reason": reason},
        )


def _end(partner: Partner, reason: str, actor: str, splits: "QuerySet[LogSplit]") -> None:
    """Close split views, and the alarms about the log once none is open any more."""
    splits.filter(closed_at=None).update(closed_at=clock.now(), closed_by=actor, closed_reason=reason)
    if not LogSplit.objects.filter(node_id=partner.node_id, closed_at=None).exists():
        for code in (SPLIT_VIEW, PROOF_WRONG, PROOF_OWED):
            clear_alarm(code, partner.node_id, actor=actor, reason=reason)
