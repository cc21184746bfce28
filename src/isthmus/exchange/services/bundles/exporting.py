"""Writing a bundle: what a partner has not settled yet, and this node's answers to what it sent."""

from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import BinaryIO

from cryptography.x509 import Certificate
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange import queries
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Direction, Receipt, Record, Refusal, Stream, StreamState, Token
from isthmus.exchange.rules.cover import Cover
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
_PORTION = 500
_FREEZING = ("exchange.equivocation", "exchange.frozen", "exchange.other-stream")
"""Refusals that freeze the partner's stream: true only as long as the stream is frozen here."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What a bundle carries, and how many records it had to leave behind.

    ``last`` is the number of the last record that it carries, or the number it was asked to begin behind.
    ``frozen`` says that records were left because the stream moves nothing until people have looked at it.
    """

    manifest: Manifest
    left: int
    last: int
    frozen: bool


@dataclass(frozen=True, slots=True)
class _Load:
    """The records of one bundle: tokens, places whose tokens were erased, the number of the last."""

    tokens: tuple[str, ...]
    erased: tuple[ErasedPlace, ...]
    last: int


def _texts(leaf: str) -> Subquery:
    return Subquery(Token.objects.filter(leaf=OuterRef(leaf)).values("text"))


def _records(stream: Stream, after: int) -> _Load:
    """What follows behind number ``after``, as much as one bundle takes."""
    rows = (
        Record.objects.filter(stream=stream, seq__gt=after, seq__lte=stream.last_seq)
        .order_by("seq")
        .values_list("seq", "leaf", _texts("leaf"))[:MAX_RECORDS]
    )
    tokens: list[str] = []
    erased: list[ErasedPlace] = []
    size, last = 0, after
    for seq, leaf, text in rows.iterator(chunk_size=_PORTION):
        if text is None:
            erased.append(ErasedPlace(stream=stream.name, seq=seq, leaf=leaf))
        else:
            size += len(text)
            if size > MAX_RECORD_BYTES:
                break
            tokens.append(text)
        last = seq
    return _Load(tuple(tokens), tuple(erased), last)


def _receipts(stream: Stream) -> tuple[str, ...]:
    """The newest receipts given on an incoming stream, none that only repeats a newer one.

    Whether an answer that went over the network arrived is not known here; settling one twice does nothing.
    They are in the order of their numbers, so that each settles behind the one before it.
    """
    rows = Receipt.objects.filter(stream=stream).order_by("-id")
    named = rows.values_list("from_seq", "to_seq", _texts("leaf"))
    cover = Cover()
    chosen: list[tuple[int, int, str]] = []
    size = 0
    for first, last, text in named.iterator(chunk_size=_PORTION):
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
    texts = found.order_by("-id").values_list(_texts("leaf"), flat=True)[:MAX_REFUSALS]
    return tuple(reversed([text for text in texts if text is not None]))


def _encryption_of(partner: Partner) -> Certificate:
    """The partner's newest certificate that may be encrypted to now."""
    moment = clock.now()
    found = partner.keys.filter(purpose=KeyPurpose.ENCRYPTION).order_by("-valid_from", "-pk")
    usable = next((key for key in found if not key.fault_at(moment)), None)
    if usable is None:
        raise Refused(
            "trust.no-encryption-key",
            _("No encryption key of %(name)s is valid now.") % {"name": partner.name},
            next_step=_("Ask the partner for its new card and add it under Partners."),
        )
    return keystore.parse_certificate(usable.certificate)


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
    encryption = _encryption_of(partner)
    with transaction.atomic(), open_ledger() as ledger:
        note = ledger.checkpoint()
        stream, incoming = queries.stream_pair(partner)
    begin = _beginning(stream, after)
    frozen = stream is not None and stream.state == StreamState.FROZEN
    load = _records(stream, begin) if stream is not None and not frozen else _Load((), (), begin)
    content = BundleContent(
        checkpoint=note,
        records=load.tokens,
        erased=load.erased,
        receipts=_receipts(incoming) if incoming is not None else (),
        refusals=_refusals(incoming) if incoming is not None else (),
    )
    if not (content.records or content.erased or content.receipts or content.refusals):
        raise Conflict(
            "exchange.bundle-empty",
            _("Nothing waits for %(name)s, and there is no answer to carry.") % {"name": partner.name},
        )
    seal = keystore.in_use(KeyPurpose.SEAL)
    with TemporaryFile() as scratch:
        manifest = write_bundle_to(
            file,
            content,
            seal=seal.certificate,
            seal_key=seal.private_key,
            encryption=encryption,
            created=clock.now(),
            scratch=scratch,
        )
    left = stream.last_seq - load.last if stream is not None else 0
    audit.note(
        "exchange.bundle-exported",
        actor=actor,
        subject=partner.node_id,
        detail={**summary_of(manifest), "left": left},
    )
    return Exported(manifest, left, load.last, frozen)


def summary_of(manifest: Manifest) -> dict[str, object]:
    """What the audit trail keeps of a bundle."""
    counts = manifest.counts
    return {
        "bundle": str(manifest.id),
        "ranges": [f"{part.stream} {part.from_seq}-{part.to_seq}" for part in manifest.streams],
        "records": counts.records,
        "receipts": counts.receipts,
        "refusals": counts.refusals,
        "sha256": manifest.ciphertext_sha256,
    }
