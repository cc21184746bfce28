"""Key roll-over: the old key names the new one, in a record of the stream it has signed so far.

The body of ``exchange.key-rollover/1`` carries the new certificate, which the node's root issued: a partner
accepts it because the root it compared by its words vouches for it and the key it knew announces it. Seal
keys announce their own successor; encryption and log keys cannot sign records, so the seal key does it.
"""

from typing import Annotated, ClassVar, Literal

from cryptography import x509
from pydantic import Field

from isthmus.kit.errors import Refused
from isthmus.wire import jws, keys
from isthmus.wire.card import Pem
from isthmus.wire.model import WireModel, WireTime
from isthmus.wire.record import Record, read_record

TYPE, VERSION = "exchange.key-rollover", 1


class KeyRollover(WireModel):
    """Body of ``exchange.key-rollover/1``.

    ``old_kid`` is the thumbprint of the certificate that gives way, ``certificate`` the new one (PEM),
    ``effective_from`` the moment from which the node signs (or is written to) under the new one.
    """

    noun: ClassVar[str] = "key-rollover"

    purpose: Literal["seal", "encryption", "log"]
    old_kid: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
    certificate: Pem
    effective_from: WireTime


def is_rollover(record: Record) -> bool:
    """Whether the record is of the type and version read here."""
    return (record.type, record.version) == (TYPE, VERSION)


def _check_announcement(
    record: Record,
    body: KeyRollover,
    old: x509.Certificate,
    root: x509.Certificate,
    seal: x509.Certificate,
) -> None:
    if record.sender != keys.node_of(root):
        raise Refused(
            "wire.rollover.node", f"{record.sender} cannot roll over a key of {keys.node_of(root)}."
        )
    if body.old_kid != keys.thumbprint(old):
        raise Refused(
            "wire.rollover.old-key",
            "The roll-over replaces a key other than the one known here.",
            next_step="If roll-overs came out of order, the earlier one must be accepted first.",
        )
    if keys.purpose_of(old) != body.purpose:
        raise Refused(
            "wire.rollover.purpose",
            f"The key that gives way is for {keys.purpose_of(old) or 'no use known'}, not {body.purpose}.",
        )
    if body.purpose == "seal" and seal != old:
        # A retired seal key, perhaps stolen since, must not choose who follows its successor.
        raise Refused("wire.rollover.signer", "A seal key's successor is named by that key itself.")
    if body.effective_from < record.issued:
        # Otherwise a stolen new key could sign what is dated before anybody had heard of it.
        raise Refused("wire.rollover.backdated", "The new key would be valid before it was announced.")


def check_rollover(
    record: Record,
    kid: str,
    old: x509.Certificate,
    root: x509.Certificate,
    *,
    seal: x509.Certificate | None = None,
) -> x509.Certificate:
    """The new certificate that a record announces in place of ``old``.

    The record's signature under ``kid`` is the caller's to verify. ``root`` is the partner's known root;
    ``seal`` the seal certificate the record is signed under, which is ``old`` itself unless another key rolls
    over. Refused, code ``wire.rollover.`` and one of: type, signer (signed under another key), node, old-key,
    purpose, backdated, same; and ``trust.certificate.*`` where the chain, the purpose or the period of the
    signer (at ``issued``) or of the new certificate (at ``effective_from``) does not hold. BadInput
    ``wire.key-rollover.invalid`` for another body.
    """
    seal = old if seal is None else seal
    if not is_rollover(record):
        raise Refused(
            "wire.rollover.type", f"A record of type {record.type}/{record.version} rolls over no key."
        )
    if kid != keys.thumbprint(seal):
        raise Refused("wire.rollover.signer", "The roll-over was not signed with the key known here.")
    keys.check_chain(seal, root, "seal", record.issued)
    body = KeyRollover.from_json(record.body)
    _check_announcement(record, body, old, root, seal)
    # In its own period: an encryption or log certificate that has run out may still be replaced.
    keys.check_chain(old, root, body.purpose, old.not_valid_before_utc)
    new = keys.load_certificate(body.certificate)
    if new == old:
        raise Refused("wire.rollover.same", "The roll-over names the certificate that it replaces.")
    keys.check_chain(new, root, body.purpose, body.effective_from)
    return new


def accept_rollover(
    token: str,
    old: x509.Certificate,
    root: x509.Certificate,
    *,
    seal: x509.Certificate | None = None,
) -> x509.Certificate:
    """The same for a token whose signature is still to be checked; Refused ``wire.signature.*`` as well."""
    unverified, record = read_record(token)
    signer = old if seal is None else seal
    if is_rollover(record) and unverified.kid == keys.thumbprint(signer):
        jws.verify(unverified, signer.public_key())
    return check_rollover(record, unverified.kid, old, root, seal=seal)
