"""Check signed statements: records, receipts, refusals, cards, pairs; and what is named by records."""

from collections.abc import Iterator
from hashlib import sha256
from typing import BinaryIO

from isthmus.kit.clock import to_text
from isthmus.kit.errors import BadInput, Refused
from isthmus.wire import card as cards
from isthmus.wire import codec, countersignature, jws, keys, revocation, rollover, tombstone
from isthmus.wire.attachment import references_in
from isthmus.wire.evidence import MODELS, NO_CARD, Details, Finding, Statement, describe
from isthmus.wire.file_statement import read_file_statement
from isthmus.wire.held import Held
from isthmus.wire.jws import Unverified
from isthmus.wire.places import ErasedPlace
from isthmus.wire.record import Record, leaf_hash, read_record
from isthmus.wire.tombstone import erasure_of

_UNCONFIRMED = (
    "The card agrees with itself; compare its words with the node's people to know that it is theirs."
)
_BLOCK_BYTES = 1024 * 1024


def _read(unverified: Unverified, held: Held) -> tuple[Statement | None, Details, str]:
    """The statement, what is to be told of it, and why its signature does not hold (empty where it does)."""
    found: Details = (("signed under key", unverified.kid),)
    witness = held.of_key(unverified.kid)
    try:
        if witness is None:
            statement = MODELS[unverified.typ].from_bytes(unverified.payload)
            return statement, (*found, *describe(unverified, statement), *_told(statement)), ""
        statement = witness.read(unverified)
        found += (*describe(unverified, statement), *_told(statement))
        witness.check(unverified, statement)
    except Refused as refused:
        return None, found, refused.message
    return statement, found, ""


def verify_statement(unverified: Unverified, held: Held) -> Finding:
    """A record, receipt or refusal: whose it is, whether it was changed, and whether it was to be erased."""
    kind = unverified.typ.removeprefix("isthmus-").removesuffix("+jws")
    statement, found, problem = _read(unverified, held)
    if problem:
        return Finding(kind, intact=False, signer=None, details=found, problem=problem)
    if isinstance(statement, Record):
        erasure = erasure_of(leaf_hash(unverified.token).hex(), held.erasures)
        if erasure is not None:
            found += (("erased", f"under {erasure.as_text()}; this copy should be destroyed"),)
    witness = held.of_key(unverified.kid)
    if witness is None:
        return Finding(kind, intact=True, signer=None, details=found, problem=NO_CARD)
    return Finding(kind, intact=True, signer=witness.node, details=found)


def _told(statement: Statement) -> Details:
    """What a control record says, as far as a reader of the envelope wants to know it."""
    if not isinstance(statement, Record):
        return ()
    try:
        return tuple(_says(statement))
    except BadInput as error:
        return (("content", error.message),)


def _says(record: Record) -> Iterator[tuple[str, str]]:
    if rollover.is_rollover(record):
        body = rollover.KeyRollover.from_json(record.body)
        new = keys.thumbprint(keys.load_certificate(body.certificate))
        yield f"new {body.purpose} key", f"{new} from {to_text(body.effective_from)}, after {body.old_kid}"
    elif revocation.is_revocation(record):
        gone = revocation.KeyRevocation.from_json(record.body)
        yield f"revoked {gone.purpose} key", f"{gone.kid} from {to_text(gone.revoked_from)}: {gone.reason}"
    elif countersignature.is_countersignature(record):
        agreed = countersignature.Countersignature.from_json(record.body)
        yield "countersigns", f"{agreed.type}, number {agreed.seq} of {agreed.stream}, leaf {agreed.leaf}"
        yield "agreeing to", agreed.words
    elif tombstone.is_tombstone(record):
        stone = tombstone.Tombstone.from_json(record.body)
        yield "erased", f"{len(stone.leaves)} records, {len(stone.attachments)} files: {stone.reason}"


def verify_pair(text: str, held: Held) -> Finding:
    """A record and its countersignature: that they belong together, and that two nodes have signed them."""
    pair = countersignature.read_pair(text)
    signers: list[str] = []
    unknown: list[str] = []
    found: Details = ()
    try:
        body = countersignature.check_pair(pair)
    except Refused as refused:
        return Finding("pair", intact=False, signer=None, details=(), problem=refused.message)
    for unverified, record in ((pair.token, pair.record), (pair.counter_token, pair.countersignature)):
        witness = held.of_node(record.sender)
        if witness is None:
            unknown.append(record.sender)
            continue
        try:
            witness.check(unverified, witness.read(unverified))
        except Refused as refused:
            problem = f"The part of {record.sender}: {refused.message}"
            return Finding("pair", intact=False, signer=None, details=found, problem=problem)
        signers.append(witness.node)
    found = (
        *describe(pair.token, pair.record),
        ("countersigned", f"by {pair.countersignature.sender} at {to_text(pair.countersignature.issued)}"),
        ("agreeing to", body.words),
    )
    if unknown:
        known = f" {' and '.join(signers)} has signed its part." if signers else ""
        problem = f"The card of {' and of '.join(unknown)} is missing.{known}"
        return Finding("pair", intact=True, signer=None, details=found, problem=problem)
    return Finding("pair", intact=True, signer=" and ".join(signers), details=found)


def verify_card(token: str, held: Held) -> Finding:
    """A node card: that it agrees with itself, and that it stands under the root of the card that is held."""
    try:
        card = cards.read_card(token)
    except Refused as refused:
        return Finding("card", intact=False, signer=None, details=(), problem=refused.message)
    found = (
        ("id", card.id),
        ("name", card.name),
        ("country", card.country or "none"),
        ("url", card.url),
        ("issued", to_text(card.issued)),
        ("words", cards.fingerprint_words(card)),
    )
    known = held.of_node(card.id) or held.first
    if known is None:
        return Finding("card", intact=True, signer=None, details=found, problem=_UNCONFIRMED)
    if cards.fingerprint(known.card) != cards.fingerprint(card):
        problem = f"It stands under another root than the card of {known.node}."
        return Finding("card", intact=False, signer=None, details=found, problem=problem)
    try:
        known.check_in_force(card.certificate("seal"), card.issued)
    except Refused as refused:
        return Finding("card", intact=False, signer=None, details=found, problem=refused.message)
    return Finding("card", intact=True, signer=known.node, details=found)


def verify_leaf(leaf: str, held: Held, *, place: ErasedPlace | None = None) -> Finding:
    """A leaf whose text is gone: under which tombstone it was erased, if it was."""
    found: Details = (("leaf", leaf),)
    if place is not None:
        found += (("place", f"{place.stream} {place.seq}"),)
    erasure = erasure_of(leaf, held.erasures)
    if erasure is None:
        problem = "No tombstone given here names this leaf: its record is missing, not known to be erased."
        return Finding("record", intact=False, signer=None, details=found, problem=problem)
    found += (("reason", erasure.tombstone.reason),)
    if not held.witnesses:
        return Finding("record", intact=True, signer=None, details=found, problem=NO_CARD)
    return Finding("record", intact=True, signer=erasure.node, details=found, erased=erasure.as_text())


def verify_attachment(file: BinaryIO, named_by: str, held: Held) -> Finding:
    """A file of any kind: whether a record (its token) names exactly these bytes, and who signed that."""
    digest, size = sha256(), 0
    file.seek(0)
    while block := file.read(_BLOCK_BYTES):
        digest.update(block)
        size += len(block)
    name = digest.hexdigest()
    if jws.type_of(named_by.strip()) == jws.FILE:
        return _verify_signed_file(name, size, named_by.strip(), held)
    unverified = read_record(named_by.strip())[0]
    statement, about, problem = _read(unverified, held)
    found: Details = (("sha256", name), ("size", str(size)), *about)
    if problem:
        problem = f"The record that was given: {problem}"
        return Finding("attachment", intact=False, signer=None, details=found, problem=problem)
    assert isinstance(statement, Record)
    named = [ref for ref in references_in(statement.body) if (ref.sha256, ref.size) == (name, size)]
    if not named:
        erasure = erasure_of(name, held.erasures)
        problem = "The record names no file with these bytes."
        if erasure is not None:
            problem += f" It was erased under {erasure.as_text()}."
        return Finding("attachment", intact=False, signer=None, details=found, problem=problem)
    found += (("name", named[0].name), ("media type", named[0].media_type))
    witness = held.of_key(unverified.kid)
    if witness is None:
        return Finding("attachment", intact=True, signer=None, details=found, problem=NO_CARD)
    return Finding("attachment", intact=True, signer=witness.node, details=found)


def _verify_signed_file(digest: str, size: int, token: str, held: Held) -> Finding:
    """A file with its detached signature: whether that is of these bytes, and whose it is."""
    unverified, signed = read_file_statement(token)
    _statement, about, problem = _read(unverified, held)
    found: Details = (("sha256", digest), ("size", str(size)), *about)
    if not problem and (signed.sha256, signed.size) != (digest, size):
        problem = "It was signed for a file with other bytes."
    if problem:
        return Finding("file", intact=False, signer=None, details=found, problem=problem)
    witness = held.of_key(unverified.kid)
    if witness is None:
        return Finding("file", intact=True, signer=None, details=found, problem=NO_CARD)
    return Finding("file", intact=True, signer=witness.node, details=found)


def verify_token(token: str, held: Held) -> Finding:
    """A token by its type; BadInput ``wire.verify.kind`` for one that is not kept as evidence."""
    kind = jws.type_of(token)
    if kind == jws.CARD:
        return verify_card(token, held)
    if kind in MODELS:
        return verify_statement(jws.parse(token, typ=kind), held)
    raise BadInput("wire.verify.kind", f"Tokens of type {kind!r} are not kept as evidence.")


def read_erased_place(value: dict[str, codec.Json]) -> ErasedPlace | None:
    """The erased place that a document states; None where it is about something else."""
    return ErasedPlace.from_json(value) if value.keys() == {"stream", "seq", "leaf"} else None
