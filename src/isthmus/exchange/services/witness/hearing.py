"""What a partner says in a call, in a bundle or about third nodes, and what this node makes of it."""

import logging
from collections.abc import Iterable

from django.db import transaction

from isthmus.exchange import queries
from isthmus.exchange.ledger import Ledger, open_ledger
from isthmus.exchange.models import Checkpoint, Standing, Witnessed
from isthmus.exchange.services.alarms import clear_alarm
from isthmus.exchange.services.witness import own
from isthmus.exchange.services.witness.codes import OWN_BEHIND
from isthmus.exchange.services.witness.judging import watch, weigh
from isthmus.exchange.services.witness.notes import head_of_partner, keep, locked_log
from isthmus.exchange.services.witness.speaking import Spoken, speak
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError
from isthmus.kit.ids import is_node_id
from isthmus.trust.models import Partner, PartnerState
from isthmus.trust.validation import check_key_at, key_ring
from isthmus.wire import witness as wire
from isthmus.wire.bundle import BundleContent
from isthmus.wire.checkpoint import origin_of, read_checkpoint
from isthmus.wire.proof import ConsistencyProof
from isthmus.wire.witness import WitnessMessage

CALL, BUNDLE = "call", "bundle"
_LOG = logging.getLogger("isthmus.exchange.witness")


def open_message(partner: Partner, token: str, *, reply_to: str = "") -> WitnessMessage:
    """A partner's message whose signature holds; Refused for one of somebody else or to another question."""
    unverified, message = wire.read_message(token)
    key = key_ring(partner).check_signature(unverified)
    check_key_at(key, message.issued)
    wire.check_addressed(message, sender=partner.node_id, receiver=queries.me(), reply_to=reply_to)
    return message


def _keep_own(partner: Partner, note: str, via: str) -> Checkpoint:
    """Keep a head of the partner's own log; returns the row as it stands."""
    head = head_of_partner(partner, note)
    keep(head, via)
    return Checkpoint.objects.get(node_id=partner.node_id, size=head.size, root=head.root)


def _take_cosigned(ledger: Ledger, partner: Partner, note: str) -> bool:
    """Take the partner's cosignature, if it gives one; False where it shows a head that is none of ours."""
    try:
        return not note or own.take_cosignature(ledger, partner, note)
    except IsthmusError as error:
        _LOG.warning("the cosignature of %s is passed over: %s", partner.node_id, error)
        return True


def _owner(note: str) -> str:
    """The id of the node whose log a note says it is of; empty for none."""
    prefix = origin_of("")
    origin = read_checkpoint(note).origin
    node_id = origin.removeprefix(prefix)
    return node_id if origin.startswith(prefix) and is_node_id(node_id) else ""


def take_gossip(ledger: Ledger, teller: Partner, notes: Iterable[str]) -> None:
    """Keep notes of third nodes' logs and look whether they contradict what is held.

    Each must bear the signature of a node that this one knows, so that a teller can accuse nobody.
    """
    touched: dict[int, Partner] = {}
    for note in notes:
        try:
            owner = _owner(note)
            if owner == queries.me():
                own.is_ours(ledger, own.own_head(note), teller.node_id)
                continue
            partner = queries.find_partner(owner)
            if partner is None or partner.state == PartnerState.PENDING or partner == teller:
                continue
            keep(head_of_partner(partner, note), teller.node_id)
        except IsthmusError as error:
            _LOG.warning("a note that %s passed on is passed over: %s", teller.node_id, error)
        else:
            touched[partner.pk] = partner
    for pk in sorted(touched):
        weigh(locked_log(touched[pk]))


def hear(partner: Partner, message: WitnessMessage, *, asked: Iterable[int] = ()) -> bool:
    """Take a partner's message: cosignature, head, proofs, answers, gossip; all in one transaction.

    ``asked`` are keys of heads of which the message should have brought proofs. Returns whether there is more
    to say at once. Refused where the partner's log key did not sign its newest head; whatever else does not
    prove itself is passed over.
    """
    with transaction.atomic(), open_ledger() as ledger:
        log = locked_log(partner)
        ours = _take_cosigned(ledger, partner, message.cosigned)
        newest = _keep_own(partner, message.checkpoint, CALL)
        for note in message.heads:
            try:
                keep(head_of_partner(partner, note), CALL)
            except IsthmusError as error:
                _LOG.warning("a head that %s answers with is passed over: %s", partner.node_id, error)
        log.knows = list(message.known) if message.known is not None else log.knows
        log.heard_at = clock.now()
        if ours:
            clear_alarm(OWN_BEHIND, partner.node_id, actor="node")
        weigh(log, newest, message.proofs)
        mark_asked(asked)
        watch(log)
        take_gossip(ledger, partner, message.gossip)
    return bool(message.questions) or not ours


def mark_asked(asked: Iterable[int]) -> None:
    """Begin to count how long the proofs about these heads are owed."""
    rows = Checkpoint.objects.filter(pk__in=list(asked), standing=Standing.NEW, asked_at=None)
    rows.update(asked_at=clock.now())


def shown_in(message: WitnessMessage) -> tuple[str, ...]:
    """The heads of this node's own log in a message that want an answer."""
    return (*([message.cosigned] if message.cosigned else []), *message.questions)


def told(partner: Partner, spoken: Spoken) -> None:
    """Note that a message has arrived, or was handed out as an answer."""
    Witnessed.objects.filter(partner=partner).update(handed_size=spoken.cosigned_size, told_at=clock.now())


def answer_call(partner: Partner, token: str) -> str:
    """A partner's call, answered with this node's own message."""
    message = open_message(partner, token)
    hear(partner, message)
    spoken = speak(partner, reply_to=wire.digest(token), shown=shown_in(message))
    mark_asked(spoken.asked)
    told(partner, spoken)
    return spoken.token


def hear_bundle(partner: Partner, content: BundleContent) -> None:
    """Take what a bundle says of logs: its sender's head with proofs, cosignatures, third nodes' notes."""
    with transaction.atomic(), open_ledger() as ledger:
        log = locked_log(partner)
        newest = _keep_own(partner, content.checkpoint, BUNDLE)
        weigh(log, newest, [proof for proof in content.proofs if isinstance(proof, ConsistencyProof)])
        others = []
        for note in content.notes:
            try:
                is_own = _owner(note) == queries.me()
            except IsthmusError as error:
                _LOG.warning("a note in a bundle of %s is passed over: %s", partner.node_id, error)
                continue
            if is_own:
                _take_cosigned(ledger, partner, note)
            else:
                others.append(note)
        take_gossip(ledger, partner, others)
