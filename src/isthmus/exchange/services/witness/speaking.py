"""What this node says in a call: its newest head with proofs, its cosignature, questions, gossip."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import SystemRandom

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from isthmus.exchange import queries
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Checkpoint, Standing, Witnessed
from isthmus.exchange.services.witness import own
from isthmus.exchange.services.witness.notes import locked_log
from isthmus.kit import clock
from isthmus.kit.ids import uuid7
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner, PartnerState
from isthmus.wire import witness as wire
from isthmus.wire.proof import ConsistencyProof
from isthmus.wire.witness import MAX_GOSSIP, MAX_KNOWN, MAX_QUESTIONS, WitnessMessage

_LARGEST = 2
_WITH_PLACES = 1000


@dataclass(frozen=True, slots=True)
class Spoken:
    """A signed message, the keys of the heads that it asks about, and the size that it hands cosigned."""

    token: str
    asked: tuple[int, ...]
    cosigned_size: int


def questions_about(log: Witnessed) -> list[Checkpoint]:
    """Heads of the partner's log that it should connect to its newest one, at most a call's worth.

    What was asked before comes first, then the largest, what came by a third node or a bundle, and a sample
    by lot: a busy stream brings more heads than can be proved one by one, and nobody may know which will be
    asked about.
    """
    unproved = Checkpoint.objects.filter(node_id=log.partner.node_id, history=0, standing=Standing.NEW)
    chosen: list[Checkpoint] = []
    if log.tip_root and not log.cosigned_note:
        tip = Checkpoint.objects.filter(node_id=log.partner.node_id, size=log.tip_size, root=log.tip_root)
        chosen += tip[:1]
    chosen += unproved.exclude(asked_at=None).order_by("asked_at")[: MAX_QUESTIONS // 2]
    chosen += unproved.order_by("-size")[:_LARGEST]
    chosen += unproved.exclude(via__in=["", "call"]).order_by("-size")[: MAX_QUESTIONS // 4]
    left = list(
        unproved.exclude(pk__in=[row.pk for row in chosen]).values_list("pk", flat=True)[:_WITH_PLACES]
    )
    lot = SystemRandom().sample(left, min(len(left), MAX_QUESTIONS))
    chosen += Checkpoint.objects.filter(pk__in=lot)
    return list({row.pk: row for row in chosen}.values())[:MAX_QUESTIONS]


def gossip_for(partner: Partner, log: Witnessed, *, news: bool = True) -> tuple[str, ...]:
    """The newest cosigned notes of third nodes' logs that the partner may know; ``news``: since last told."""
    if not settings.ISTHMUS.witness_gossip:
        return ()
    others = Witnessed.objects.exclude(partner=partner).exclude(cosigned_note="")
    if log.knows is not None:
        others = others.filter(partner__node_id__in=log.knows)
    if news and log.told_at is not None:
        others = others.filter(cosigned_at__gt=log.told_at)
    return tuple(others.order_by("-cosigned_at").values_list("cosigned_note", flat=True)[:MAX_GOSSIP])


def known_nodes(partner: Partner) -> tuple[str, ...] | None:
    """The nodes whose logs this node keeps watch on, for a partner; None where it is set not to say."""
    if not settings.ISTHMUS.witness_gossip:
        return None
    others = Partner.objects.exclude(Q(state=PartnerState.PENDING) | Q(pk=partner.pk))
    return tuple(others.order_by("node_id").values_list("node_id", flat=True)[:MAX_KNOWN])


def speak(partner: Partner, *, reply_to: str = "", shown: Sequence[str] = ()) -> Spoken:
    """This node's next message to a partner; ``shown`` are notes of its own log that it was asked about.

    Appends nothing to the log, so that two nodes never keep each other busy.
    """
    with transaction.atomic(), open_ledger() as ledger:
        log = locked_log(partner)
        size = ledger.frontier.size
        note = own.own_note(ledger)
        base = own.newest_cosigned(partner, size)
        answers = own.answer(ledger, shown, partner)
        proofs: dict[int, ConsistencyProof] = {proof.old_size: proof for proof in answers.proofs}
        if base and base not in proofs:
            proofs[base] = own.prove_from(base, size)
        asked = questions_about(log)
        message = WitnessMessage(
            id=uuid7(),
            sender=queries.me(),
            receiver=partner.node_id,
            reply_to=reply_to,
            checkpoint=note,
            cosigned=log.cosigned_note,
            proofs=tuple(proofs.values())[: wire.MAX_PROOFS],
            heads=answers.heads[:MAX_QUESTIONS],
            questions=tuple(row.note for row in asked),
            gossip=gossip_for(partner, log),
            known=known_nodes(partner),
            issued=clock.now(),
        )
    seal = keystore.in_use(KeyPurpose.SEAL)
    token = wire.sign_message(message, seal.private_key, seal.kid)
    return Spoken(token, tuple(row.pk for row in asked), log.tip_size if log.cosigned_note else 0)
