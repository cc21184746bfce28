"""Whether one record still proves itself, said in words an official can repeat."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from isthmus.exchange import erasures, queries, tokens, wording
from isthmus.exchange.ledger import prove_inclusion
from isthmus.exchange.models import Checkpoint, Direction, Record
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError
from isthmus.trust.keystore import parse_certificate
from isthmus.trust.models import KeyPurpose, OwnKey, Partner, PartnerKey
from isthmus.trust.validation import KeyRing, check_key_at, key_ring, own_ring
from isthmus.wire import keys, merkle
from isthmus.wire.receipt import read_receipt
from isthmus.wire.record import Record as WireRecord
from isthmus.wire.record import leaf_hash, read_record


@dataclass(frozen=True, slots=True)
class Check:
    """One question about a record and its answer; ``detail`` is a sentence."""

    ok: bool
    what: str
    detail: str


def _ring_of(node_id: str, partner: Partner) -> KeyRing:
    return own_ring(node_id) if node_id == queries.me() else key_ring(partner)


def _root_of(node_id: str, partner: Partner) -> str:
    if node_id == queries.me():
        return OwnKey.objects.filter(purpose=KeyPurpose.ROOT).values_list("certificate", flat=True)[0]
    return partner.keys.filter(purpose=KeyPurpose.ROOT).values_list("certificate", flat=True)[0]


def _name_of(node_id: str, partner: Partner) -> str:
    return _("this node") if node_id == queries.me() else partner.name


def _check_text(row: Record, token: str) -> Check:
    what = _("Unchanged")
    if leaf_hash(token).hex() == row.leaf:
        return Check(True, what, _("Not a byte has changed since it was signed."))
    return Check(False, what, _("The stored text is not the one that was signed."))


def _check_signature(row: Record, token: str) -> tuple[Check, WireRecord | None]:
    what = _("Signature")
    try:
        unverified, wire = read_record(token)
        partner = row.stream.partner
        key: PartnerKey = _ring_of(wire.sender, partner).check_signature(unverified)
        check_key_at(key, wire.issued)
        certificate = parse_certificate(key.certificate)
        keys.check_chain(certificate, parse_certificate(_root_of(wire.sender, partner)), "seal", wire.issued)
    except IsthmusError as error:
        return Check(False, what, error.message), None
    detail = _("Sealed by %(name)s on %(when)s; its certificate was valid then and is known here.") % {
        "name": _name_of(wire.sender, row.stream.partner),
        "when": f"{wire.issued:%d %b %Y %H:%M} UTC",
    }
    return Check(True, what, detail), wire


def _check_columns(row: Record, wire: WireRecord) -> Check:
    same = (wire.stream, wire.seq, wire.type, wire.version, wire.subject) == (
        row.stream.name,
        row.seq,
        row.type,
        row.version,
        row.subject,
    )
    if same:
        return Check(
            True,
            _("Place in the stream"),
            _("Number %(seq)d of stream %(stream)s.") % {"seq": row.seq, "stream": row.stream.name},
        )
    return Check(False, _("Place in the stream"), _("The lists show other values than the signed text says."))


def _check_inclusion(row: Record) -> Check:
    what = _("In the log")
    try:
        proof = prove_inclusion(row.leaf)
    except IsthmusError as error:
        return Check(False, what, error.message)
    if not merkle.verify_inclusion(proof.leaf, proof.index, proof.size, list(proof.path), proof.root):
        return Check(False, what, _("The log of this node was altered: the proof does not lead to its root."))
    head = Checkpoint.objects.filter(node_id=queries.me(), size__gt=proof.index).order_by("size").first()
    if head is None:
        return Check(
            True, what, _("Entry %(index)d; no checkpoint was signed over it yet.") % {"index": proof.index}
        )
    return Check(
        True,
        what,
        _("Entry %(index)d, under the checkpoint over %(size)d entries signed on %(when)s.")
        % {"index": proof.index, "size": head.size, "when": f"{head.issued:%d %b %Y %H:%M} UTC"},
    )


def _check_receipt(row: Record) -> Check:
    what = _("Receipt")
    if row.receipt is None:
        if row.stream.direction == Direction.OUT:
            return Check(False, what, _("The partner has not receipted it yet."))
        return Check(False, what, _("No receipt is kept for it."))
    giver = row.stream.partner.node_id if row.stream.direction == Direction.OUT else queries.me()
    text = tokens.as_found([row.receipt.leaf]).get(row.receipt.leaf)
    if text is None:
        return Check(False, what, _("The text of the receipt is not here any more."))
    try:
        unverified, receipt = read_receipt(text)
        key = _ring_of(giver, row.stream.partner).check_signature(unverified)
        check_key_at(key, receipt.issued)
    except IsthmusError as error:
        return Check(False, what, error.message)
    verdict = next((v for v in receipt.verdicts if v.seq == row.seq and v.leaf == row.leaf), None)
    if verdict is None:
        return Check(False, what, _("The receipt does not speak of this record."))
    values = {
        "name": _name_of(giver, row.stream.partner),
        "when": f"{receipt.issued:%d %b %Y %H:%M} UTC",
        "reason": verdict.reason,
    }
    if verdict.status == "refused":
        return Check(True, what, _("Refused by %(name)s on %(when)s: %(reason)s") % values)
    return Check(True, what, _("Accepted by %(name)s on %(when)s.") % values)


def _check_erasure(row: Record) -> Check:
    found = erasures.erasure_of(row)
    if found is not None:
        words = wording.erasure(found[0])
        return Check(True, _("Erased"), _("Not altered: it was %(erased)s.") % {"erased": words})
    if erasures.never_came(row):
        return Check(
            True, _("Erased"), _("Its sender erased it before it was delivered; the tombstone is to come.")
        )
    return Check(
        False, _("Unchanged"), _("The signed text is not here, and no tombstone says that it was erased.")
    )


def check_record(row: Record) -> tuple[Check, ...]:
    """Everything that can be asked about a record today, each answered; nothing is changed."""
    if not row.is_numbered:
        waits = _("It waits for its number, and is signed only then.")
        return (Check(False, _("Unchanged"), waits),)
    token = tokens.as_found([row.leaf]).get(row.leaf)
    if token is None:
        gone = _check_erasure(row)
        return (gone, _check_inclusion(row), _check_receipt(row)) if gone.ok else (gone,)
    text = _check_text(row, token)
    signature, wire = _check_signature(row, token)
    checks = [text, signature]
    if wire is not None:
        checks.append(_check_columns(row, wire))
    return (*checks, _check_inclusion(row), _check_receipt(row))


def summarise(row: Record, checks: tuple[Check, ...]) -> str:
    """The answer of the verify button in one sentence."""
    failed = [check for check in checks if not check.ok]
    if not failed and checks[0].what == _("Erased"):
        return _("%(detail)s Its place in the log and its receipt still hold.") % {"detail": checks[0].detail}
    if not failed:
        return _(
            "Unchanged since it was sealed on %(when)s; checked today, %(today)s, against this node's keys."
        ) % {
            "when": f"{row.issued:%d %b %Y %H:%M} UTC",
            "today": f"{clock.now():%d %b %Y %H:%M} UTC",
        }
    return _("Not proved: %(what)s. %(detail)s") % {"what": failed[0].what, "detail": failed[0].detail}
