"""Countersigning a received record, and taking a partner's countersignature of a sent one."""

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange import registry, tokens
from isthmus.exchange.handlers import Completed, Received
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Countersignature, Direction, Effect, Record, Verdict
from isthmus.exchange.services.publish import Outgoing, publish
from isthmus.kit.errors import BadInput, Conflict, FieldFault, Refused
from isthmus.wire import countersignature as wire
from isthmus.wire.record import read_record

COUNTERSIGNATURE = "exchange.countersignature/1"


def may_be_countersigned(row: Record) -> bool:
    """Whether a record is one that this node can still put its signature under."""
    return not _obstacle(row)


def _obstacle(row: Record) -> str:
    if row.stream.direction != Direction.IN:
        return _("Only a record that was received can be countersigned.")
    if row.type.startswith("exchange."):
        return _("What the nodes say to each other about the exchange is not countersigned.")
    if row.verdict != Verdict.ACCEPTED:
        return _("A record that was refused cannot be countersigned.")
    if row.effect in {Effect.QUARANTINED, Effect.DISMISSED}:
        return _("Its effect waits in quarantine, or was set aside.")
    return ""


def _read_words(words: str) -> str:
    read = words.strip()
    if not 1 <= len(read) <= wire.LONGEST_WORDS:
        message = _("Say what you agree to, in at most %(most)d signs.") % {"most": wire.LONGEST_WORDS}
        raise BadInput("exchange.countersign-words", message, faults=(FieldFault("words", message),))
    return read


@transaction.atomic
def countersign(row: Record, words: str, *, actor: str) -> Countersignature:
    """Sign a received record as its second node, with what the officer agrees to in words.

    Refused ``exchange.countersign`` for a record that cannot be; Conflict ``exchange.countersigned`` where it
    was done before, with whatever words; BadInput ``exchange.countersign-words``.
    """
    words = _read_words(words)
    with open_ledger():
        row = Record.objects.select_for_update(of=("self",)).select_related("stream__partner").get(pk=row.pk)
        obstacle = _obstacle(row)
        if obstacle:
            raise Refused("exchange.countersign", obstacle)
        if Countersignature.objects.filter(record=row).exists():
            raise Conflict("exchange.countersigned", _("This record is countersigned already."))
        text = tokens.text_of(row.leaf)
        if text is None:
            raise Refused(
                "exchange.countersign",
                _("The signed text of this record is not here any more: it was erased."),
            )
        body = wire.Countersignature(
            leaf=row.leaf, stream=row.stream.name, seq=row.seq, type=row.key, words=words
        )
        item = Outgoing(COUNTERSIGNATURE, body, row.subject, row.organisation_id)
        (sent,) = publish([item], to=[row.stream.partner.node_id])
        made = Countersignature.objects.create(
            record=row,
            by=read_record(text)[1].receiver,
            leaf=sent.leaf,
            words=words,
            actor=actor[:254],
            issued=sent.issued,
        )
        audit.note("exchange.record-countersigned", actor=actor, subject=row.leaf, detail={"words": words})
        _complete(row, made, text)
    return made


def _complete(row: Record, made: Countersignature, text: str | None) -> None:
    """Let the application act on a record that both nodes have signed now."""
    kind = registry.record_types().get(row.key)
    if row.effect == Effect.AWAITING:
        row.effect = Effect.APPLIED
        row.save(update_fields=["effect"])
    if kind is None or not kind.completed or text is None:
        return
    record = read_record(text)[1]
    body = registry.typed_body(row.key, record.body)
    completed = Completed(record, body, row.leaf, row.organisation_id, made.leaf, made.by, made.words)
    registry.resolve(kind.completed)(completed)


def _original(received: Received) -> Record:
    """The record of this node that a partner's countersignature names; Refused where there is none."""
    body: wire.Countersignature = received.body
    row = (
        Record.objects.select_related("stream")
        .filter(
            leaf=body.leaf,
            stream__direction=Direction.OUT,
            stream__partner__node_id=received.record.sender,
        )
        .first()
    )
    if row is None:
        raise Refused(
            "exchange.countersign-unknown",
            f"{received.record.sender} countersigns a record that this node did not send to it.",
        )
    return row


def check_countersignature(received: Received) -> None:
    """Refuse a countersignature of what was not sent to its signer, under a wrong name, or a second one.

    Codes ``exchange.countersign-unknown``, ``-place``, ``-refused`` (its signer had refused the record) and
    ``-again`` (it was countersigned in other words before).
    """
    row = _original(received)
    body: wire.Countersignature = received.body
    if (body.stream, body.seq, body.type) != (row.stream.name, row.seq, row.key) or (
        received.record.issued < row.issued
    ):
        raise Refused(
            "exchange.countersign-place", "It names another place, type or time than the record has."
        )
    if row.verdict == Verdict.REFUSED:
        raise Refused(
            "exchange.countersign-refused",
            f"{received.record.sender} has refused this record.",
        )
    before = Countersignature.objects.filter(record=row).exclude(words=body.words)
    if before.exists():
        raise Refused("exchange.countersign-again", "This record was countersigned before, in other words.")


def receive_countersignature(received: Received) -> None:
    """A partner has signed a record of this node as well; the same words again change nothing."""
    row = _original(received)
    body: wire.Countersignature = received.body
    made, new = Countersignature.objects.get_or_create(
        record=row,
        defaults={
            "by": received.record.sender,
            "leaf": received.leaf,
            "words": body.words,
            "issued": received.record.issued,
        },
    )
    if new:
        _complete(row, made, tokens.text_of(row.leaf))


def take_number(stand_in: str, leaf: str) -> None:
    """A countersignature that was held while its stream recovered has got its number, and its true leaf."""
    Countersignature.objects.filter(leaf=stand_in).update(leaf=leaf)


def pair_of(row: Record) -> str:
    """The signed texts of a record and its countersignature as one file; Conflict where one is not here."""
    made = Countersignature.objects.filter(record=row).first()
    texts = tokens.texts_of([row.leaf, *([made.leaf] if made is not None else [])])
    if made is None or len(texts) < 2:
        raise Conflict(
            "exchange.not-countersigned",
            _("This record is not countersigned, or one of the two signed texts was erased."),
        )
    return wire.write_pair(texts[row.leaf], texts[made.leaf])
