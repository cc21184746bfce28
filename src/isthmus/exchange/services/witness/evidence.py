"""Evidence of a split view: kept, alarmed about, and passed on to the partners that know the log's owner."""

import logging

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from isthmus.accounts import audit
from isthmus.exchange import queries
from isthmus.exchange.handlers import Received
from isthmus.exchange.models import LogSplit, Witnessed
from isthmus.exchange.services.alarms import raise_alarm
from isthmus.exchange.services.publish import Outgoing, publish
from isthmus.exchange.services.witness import notes
from isthmus.exchange.services.witness.closing import closed_history_of
from isthmus.exchange.services.witness.codes import OWN_FORKED, SPLIT_VIEW
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError, Refused
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner, PartnerKey, PartnerState
from isthmus.trust.validation import key_ring, own_ring
from isthmus.wire.checkpoint import origin_of
from isthmus.wire.cosignature import SplitView, check_split_view

RECORD = "exchange.split-view/1"
_LOG = logging.getLogger("isthmus.exchange.witness")


def alarm_own_fork(size: int, shown_by: str) -> None:
    """Tell the operator that a head which this node signed is none of its log."""
    raise_alarm(
        OWN_FORKED,
        queries.me(),
        f"{shown_by} holds a head over {size} entries that this node's key signed and its log does not have.",
        next_step="Find out whether this node was restored from a backup; if not, its log key may be stolen.",
    )


def alarm_split(owner: str, size: int, found_by: str = "") -> None:
    """Tell the operator that a partner's log has two histories."""
    source = f"{found_by} passed on" if found_by else "This node holds"
    raise_alarm(
        SPLIT_VIEW,
        owner,
        f"{source} two heads of the log of {owner} over {size} entries with different roots, both signed with"
        " its key: it showed different histories.",
        next_step=f"Look at both notes under Log, Witnesses; call {owner} before you rely on its receipts.",
    )


def _pass_on(evidence: SplitView, owner: str, found_by: str) -> None:
    """Send the evidence to the owner and to all who know it, or of whom it is not known whom they know."""
    knows = dict(Witnessed.objects.values_list("partner__node_id", "knows"))
    confirmed = Partner.objects.exclude(state=PartnerState.PENDING).values_list("node_id", flat=True)
    receivers = [
        node_id
        for node_id in confirmed
        if node_id != found_by
        and (node_id == owner or (stated := knows.get(node_id)) is None or owner in stated)
    ]
    if receivers:
        publish([Outgoing(RECORD, evidence, f"{owner} over {evidence.size} entries")], to=receivers)


def keep_evidence(evidence: SplitView, owner: str, *, found_by: str = "", reopen: bool = False) -> bool:
    """Store evidence that was checked, raise the alarm and pass it on; False where it is known already.

    ``reopen``: what people closed is opened again, where the reason they had did not end the matter.
    """
    row, made = LogSplit.objects.get_or_create(
        node_id=owner,
        size=evidence.size,
        root=evidence.root,
        other_root=evidence.other_root,
        defaults={
            "evidence": evidence.to_bytes().decode("utf-8"),
            "found_by": found_by,
            "found_at": clock.now(),
        },
    )
    if not made and not (reopen and row.closed_at is not None):
        return False
    LogSplit.objects.filter(pk=row.pk).update(closed_at=None, closed_by="", closed_reason="")
    if owner == queries.me():
        alarm_own_fork(evidence.size, found_by)
    else:
        alarm_split(owner, evidence.size, found_by)
    if made:
        _pass_on(evidence, owner, found_by)
    return True


def _owner_of(evidence: SplitView) -> str:
    prefix = origin_of("")
    if not evidence.origin.startswith(prefix):
        raise Refused("exchange.other-log", f"{evidence.origin} is no log of a node.")
    return evidence.origin.removeprefix(prefix)


def _prove(evidence: SplitView, keys: list[PartnerKey]) -> None:
    """Refused unless one and the same log key signed both heads, or two keys of the owner did."""
    problem: IsthmusError | None = None
    for key in keys:
        public_key = keystore.public_key_of(key.certificate)
        assert isinstance(public_key, Ed25519PublicKey)
        try:
            check_split_view(evidence, public_key=public_key)
        except IsthmusError as error:
            problem = error
        else:
            return
    raise problem or Refused("exchange.no-log-key", f"No log key of {evidence.origin} is known.")


def receive_split_view(received: Received) -> None:
    """Handler of ``exchange.split-view/1``: what proves itself is kept and alarmed about, nothing else is.

    Evidence about a node that is not known here, or that its log key did not sign, accuses nobody.
    """
    sender = received.record.sender
    evidence: SplitView = received.body
    try:
        owner = _owner_of(evidence)
        if owner == queries.me():
            _prove(evidence, list(own_ring(owner, KeyPurpose.LOG).keys.values()))
        else:
            partner = queries.find_partner(owner)
            if partner is None or partner.state == PartnerState.PENDING:
                _LOG.info("%s sent evidence about %s, which is not known here", sender, owner)
                return
            _prove(evidence, list(key_ring(partner, KeyPurpose.LOG).keys.values()))
            heads = [notes.head_of_partner(partner, note) for note in (evidence.note, evidence.other_note)]
            for head in heads:
                notes.keep(head, sender)
            if len({closed_history_of(partner, head.size, head.issued) for head in heads}) > 1:
                _LOG.info("%s sent evidence about a history of %s that was closed here", sender, owner)
                return
    except IsthmusError as error:
        _LOG.warning("%s sent evidence that proves nothing: %s", sender, error)
        audit.note(
            "exchange.evidence-unproved", actor=sender, subject=evidence.origin, detail={"why": error.message}
        )
        return
    keep_evidence(evidence, owner, found_by=sender)
