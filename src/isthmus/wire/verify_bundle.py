"""Check a bundle: its manifest without any key, its content with the receiver's private key."""

from collections.abc import Iterable
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.x509 import Certificate

from isthmus.kit.clock import to_text
from isthmus.kit.errors import BadInput, IsthmusError, Refused
from isthmus.wire import bundle, checkpoint, jws, key_history, keys, revocation, rollover, tombstone
from isthmus.wire.bundle_content import BundleContent
from isthmus.wire.card import NodeCard
from isthmus.wire.evidence import NO_CARD, Details, Finding, Witness
from isthmus.wire.jws import Unverified
from isthmus.wire.manifest import Manifest
from isthmus.wire.receipt import Receipt, Refusal
from isthmus.wire.record import Record, read_record
from isthmus.wire.tombstone import Erasure


def verify_bundle(
    file: BinaryIO,
    card: NodeCard | Witness | None,
    *,
    key: EllipticCurvePrivateKey | None = None,
    erasures: Iterable[Erasure] = (),
) -> Finding:
    """What can be found out about the bundle in a seekable file.

    With the sender's card, or a witness made of it: who signed the manifest, and that the file is whole. With
    ``key``, the private key of the receiver's encryption certificate, also the content: each token's
    signature, their order and links, proofs, and that what is missing was erased under a tombstone, in the
    bundle or among ``erasures``. BadInput ``wire.verify.card-needed`` for a key without a card; what is no
    bundle raises what ``read_manifest`` raises.
    """
    unverified, manifest = bundle.read_manifest(file)
    if key is not None and card is None:
        raise BadInput(
            "wire.verify.card-needed",
            "What a bundle holds can only be checked with the card of the node that sent it.",
            next_step="Give the sender's card with --card.",
        )
    witness = Witness(card) if isinstance(card, NodeCard) else card
    found = _describe(unverified, manifest)
    try:
        if witness is not None:
            seal = _seal(file, unverified, manifest, witness, key)
            bundle.verify_manifest(unverified, manifest, seal)
            witness.check_seal(seal, manifest.created)
        bundle.check_ciphertext(file, manifest)
        if key is None or witness is None:
            found += (("content", "not opened: no key was given"),)
        else:
            content = bundle.open_bundle(file, node=manifest.receiver, encryption_key=key, seal=seal)
            found += check_content(content, witness, erasures)
    except IsthmusError as error:
        return Finding("bundle", intact=False, signer=None, details=found, problem=error.message)
    if witness is None:
        return Finding("bundle", intact=True, signer=None, details=found, problem=NO_CARD)
    return Finding("bundle", intact=True, signer=witness.node, details=found)


def _seal(
    file: BinaryIO,
    unverified: Unverified,
    manifest: Manifest,
    witness: Witness,
    key: EllipticCurvePrivateKey | None,
) -> Certificate:
    """The seal that the manifest names; one unknown may be announced by a roll-over inside the bundle."""
    if unverified.kid not in witness.known and key is not None and manifest.sender == witness.node:
        for token in bundle.peek_records(file, node=manifest.receiver, encryption_key=key):
            inside, record = read_record(token)
            if rollover.is_rollover(record):
                key_history.take(witness, inside, record)
    return witness.known.get(unverified.kid, witness.current["seal"])


def _describe(unverified: Unverified, manifest: Manifest) -> Details:
    ranges = [f"{found.stream} {found.from_seq} to {found.to_seq}" for found in manifest.streams]
    counted = [f"{number} {name}" for name, number in manifest.counts.to_json().items() if number]
    return (
        ("signed under key", unverified.kid),
        ("id", str(manifest.id)),
        ("from", manifest.sender),
        ("to", manifest.receiver),
        ("created", to_text(manifest.created)),
        ("records", ", ".join(ranges) or "none"),
        ("holds", ", ".join(counted) or "a checkpoint alone"),
        ("encrypted to key", manifest.encryption_kid),
        ("content hash", manifest.ciphertext_sha256),
    )


def check_content(content: BundleContent, witness: Witness, erasures: Iterable[Erasure] = ()) -> Details:
    """Hold an opened bundle against its sender's keys, and say what was checked.

    Roll-overs among its records let the keys succeed that they announce, so that a card older than the
    bundle will do. Refused ``wire.verify.*`` and what the statements' own checks raise, each naming the
    record at fault.
    """
    known = list(erasures)
    for token in content.records:
        unverified, record = read_record(token)
        _check(unverified, witness, f"Record {record.seq} of {record.stream}")
        if rollover.is_rollover(record) or revocation.is_revocation(record):
            _learn(unverified, record, witness)
        elif tombstone.is_tombstone(record):
            known.append(tombstone.read_tombstone(record))
    for typ, tokens in ((jws.RECEIPT, content.receipts), (jws.REFUSAL, content.refusals)):
        for number, token in enumerate(tokens, start=1):
            noun = {jws.RECEIPT: Receipt.noun, jws.REFUSAL: Refusal.noun}[typ]
            _check(jws.parse(token, typ=typ), witness, f"The {noun} number {number}")
    head = witness.check_note(content.checkpoint)
    for note in content.notes:
        _check_note(note, witness)
    for number, proof in enumerate(content.proofs, start=1):
        if not proof.holds(head):
            raise Refused(
                "wire.verify.proof", f"The {proof.kind} proof number {number} does not hold in the log."
            )
    signatures = len(content.records) + len(content.receipts) + len(content.refusals)
    checked = f"opened: {signatures} signatures, {len(content.proofs)} proofs and the order are good"
    return (("content", checked), *_erased(content, known))


def _check(unverified: Unverified, witness: Witness, what: str) -> None:
    try:
        witness.check(unverified, witness.read(unverified))
    except IsthmusError as error:
        raise Refused(error.code, f"{what}: {error.message}", next_step=error.next_step) from error


def _learn(unverified: Unverified, record: Record, witness: Witness) -> None:
    """Take a roll-over or revocation on the way; one about keys from before the card changes nothing."""
    if not key_history.take(witness, unverified, record) and not _is_known(record, witness):
        raise Refused("wire.verify.keys", "It speaks of a key that is not known.")


def _is_known(record: Record, witness: Witness) -> bool:
    """Whether a roll-over leads to a key that the card names already."""
    if not rollover.is_rollover(record):
        return False
    body = rollover.KeyRollover.from_json(record.body)
    return keys.thumbprint(keys.load_certificate(body.certificate)) in witness.known


def _check_note(note: str, witness: Witness) -> None:
    if checkpoint.read_checkpoint(note).origin == checkpoint.origin_of(witness.node):
        witness.check_note(note)
    else:
        witness.check_cosignature(note)


def _erased(content: BundleContent, erasures: list[Erasure]) -> Details:
    found = []
    for place in content.erased:
        erasure = tombstone.erasure_of(place.leaf, erasures)
        if erasure is None:
            raise Refused(
                "wire.verify.not-erased",
                f"Record {place.seq} of {place.stream} is missing, and no tombstone says that it was erased.",
                next_step="Give the tombstone with --tombstone, or ask the sender for it.",
            )
        found.append(("erased", f"{place.stream} {place.seq} under {erasure.as_text()}, not altered"))
    return tuple(found)
