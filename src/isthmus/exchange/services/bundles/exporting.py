"""Writing a bundle: what a partner has not settled yet, and this node's answers to what it sent."""

from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange import queries, tokens
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Direction, Receipt, Record, Refusal, Stream, StreamState
from isthmus.exchange.rules.cover import Cover
from isthmus.exchange.services import subjects
from isthmus.exchange.services.bundles import files
from isthmus.exchange.services.erasure.places import place_of
from isthmus.exchange.services.recovery import earlier, sticks
from isthmus.exchange.services.witness.carrying import luggage_for
from isthmus.exchange.services.witness.own import own_note
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, Refused
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.wire.bundle import BundleContent, Manifest, write_bundle_to
from isthmus.wire.places import ErasedPlace

MAX_RECORDS = 10_000
MAX_RECORD_BYTES = 48 * 1024 * 1024
MAX_RECEIPTS = 1_000
MAX_RECEIPT_BYTES = 16 * 1024 * 1024
MAX_REFUSALS = 20
_FREEZING = ("exchange.equivocation", "exchange.frozen", "exchange.other-stream")
"""Refusals that freeze the partner's stream: true only as long as the stream is frozen here."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What a bundle carries, and how many records it had to leave behind.

    ``last`` is the number of the last record that it carries, or the number it was asked to begin behind.
    ``chunks_left`` counts pieces of files that did not fit: the next bundle begins with them. ``frozen`` says
    that records were left because the stream moves nothing until people have looked at it.
    """

    manifest: Manifest
    left: int
    last: int
    frozen: bool
    chunks_left: int = 0


@dataclass(frozen=True, slots=True)
class _Load:
    """The records of one bundle: tokens, places whose tokens were erased, the number of the last."""

    tokens: tuple[str, ...]
    erased: tuple[ErasedPlace, ...]
    last: int

    @property
    def size(self) -> int:
        """Bytes of the tokens."""
        return sum(len(token) for token in self.tokens)


def _records(stream: Stream, after: int) -> _Load:
    """What follows behind number ``after``, as much as one bundle takes."""
    rows = (
        Record.objects.filter(stream=stream, seq__gt=after, seq__lte=stream.last_seq)
        .order_by("seq")
        .values_list("seq", "leaf")[:MAX_RECORDS]
    )
    kept: list[str] = []
    erased: list[ErasedPlace] = []
    size, last = 0, after
    found = rows.iterator(chunk_size=tokens.PORTION)
    for (seq, leaf), text in tokens.with_texts((leaf, (seq, leaf)) for seq, leaf in found):
        if text is None:
            erased.append(place_of(stream, seq, leaf))
        else:
            size += len(text)
            if size > MAX_RECORD_BYTES:
                break
            kept.append(text)
        last = seq
    return _Load(tuple(kept), tuple(erased), last)


def _receipts(stream: Stream) -> tuple[str, ...]:
    """The newest receipts given on an incoming stream, none that only repeats a newer one.

    Whether an answer that went over the network arrived is not known here; settling one twice does nothing.
    They are in the order of their numbers, so that each settles behind the one before it.
    """
    rows = Receipt.objects.filter(stream=stream).order_by("-id")
    named = rows.values_list("leaf", "from_seq", "to_seq").iterator(chunk_size=tokens.PORTION)
    cover = Cover()
    chosen: list[tuple[int, int, str]] = []
    size = 0
    for (first, last), text in tokens.with_texts((leaf, (first, last)) for leaf, first, last in named):
        if text is None or not cover.add(first, last):
            continue
        size += len(text)
        if size > MAX_RECEIPT_BYTES or len(chosen) == MAX_RECEIPTS:
            break
        chosen.append((first, last, text))
    return tuple(text for _first, _last, text in sorted(chosen))


def _refusals(stream: Stream) -> tuple[str, ...]:
    """Refusals on an incoming stream that still hold: nothing was receipted after them."""
    found = Refusal.objects.filter(partner_id=stream.partner_id, direction=Direction.OUT, stream=stream.name)
    newest = Receipt.objects.filter(stream=stream).first()
    if newest is not None:
        found = found.filter(issued__gte=newest.issued)
    if stream.state == StreamState.FROZEN:
        found = found.filter(code__in=_FREEZING)
    else:
        found = found.exclude(code__in=_FREEZING)
    leaves = list(found.order_by("-id").values_list("leaf", flat=True)[:MAX_REFUSALS])
    texts = tokens.texts_of(leaves)
    return tuple([texts[leaf] for leaf in reversed(leaves) if leaf in texts])


def _check_may_carry(partner: Partner) -> None:
    if not partner.is_active:
        raise Refused(
            "exchange.partner-suspended",
            _("%(name)s is not an active partner of this node.") % {"name": partner.name},
            next_step=_("What waits for it stays here; carry it once the exchange is resumed."),
        )


def _beginning(stream: Stream | None, after: int | None) -> int:
    settled = stream.settled_seq if stream is not None else 0
    if after is None:
        return settled
    if stream is None or not 0 <= after <= stream.last_seq:
        raise BadInput(
            "exchange.bundle-after",
            _("No record of this node for the partner has the number %(number)d.") % {"number": after},
        )
    return after


def export_bundle(partner: Partner, file: BinaryIO, *, actor: str, after: int | None = None) -> Exported:
    """Write a bundle for ``partner``: unsettled records, answers to what it sent, this node's log head.

    Nothing of the stream's position changes: the same records may go by bundle and over the network.
    ``after`` begins behind that number instead, for the second stick of several. Refused for a partner who
    is not active or has no key to encrypt to; Conflict where there is nothing to carry; BadInput for an
    ``after`` that no record has. The file is the caller's to make safe against a power cut.
    """
    _check_may_carry(partner)
    encryption = subjects.encryption_of(partner)
    with transaction.atomic(), open_ledger() as ledger:
        note = own_note(ledger)
        _newest, incoming = queries.stream_pair(partner)
        stream = earlier.to_send(partner)
        receipts = _receipts(incoming) if incoming is not None else ()
        luggage = luggage_for(ledger, partner, receipts)
    begin = _beginning(stream, after)
    frozen = stream is not None and stream.state in {StreamState.FROZEN, StreamState.RECOVERING}
    load = _records(stream, begin) if stream is not None and not frozen else _Load((), (), begin)
    attached, chunks_left = files.files_for(partner, last_seq=load.last, room=MAX_RECORD_BYTES - load.size)
    content = BundleContent(
        checkpoint=note,
        notes=luggage.notes,
        proofs=luggage.proofs,
        records=load.tokens,
        erased=load.erased,
        receipts=receipts,
        refusals=_refusals(incoming) if incoming is not None else (),
        keys=subjects.keys_for_bundle(partner, last_seq=load.last),
        held=files.held_from(partner),
        recovery=sticks.to_carry(partner),
        attachments=attached,
    )
    if not any(number for kind, number in content.counts().items() if kind not in {"notes", "proofs"}):
        raise Conflict(
            "exchange.bundle-empty",
            _("Nothing waits for %(name)s, and there is no answer to carry.") % {"name": partner.name},
        )
    created = clock.now()
    seal = keystore.in_use(KeyPurpose.SEAL, created)
    with TemporaryFile() as scratch:
        manifest = write_bundle_to(
            file,
            content,
            seal=seal.certificate,
            seal_key=seal.private_key,
            encryption=encryption,
            created=created,
            scratch=scratch,
        )
    left = stream.last_seq - load.last if stream is not None else 0
    audit.note(
        "exchange.bundle-exported",
        actor=actor,
        subject=partner.node_id,
        detail={**summary_of(manifest), "left": left},
    )
    return Exported(manifest, left, load.last, frozen, chunks_left)


def summary_of(manifest: Manifest) -> dict[str, object]:
    """What the audit trail keeps of a bundle."""
    counts = manifest.counts
    return {
        "bundle": str(manifest.id),
        "ranges": [f"{part.stream} {part.from_seq}-{part.to_seq}" for part in manifest.streams],
        "records": counts.records,
        "receipts": counts.receipts,
        "refusals": counts.refusals,
        "chunks": counts.chunks,
        "sha256": manifest.ciphertext_sha256,
    }
