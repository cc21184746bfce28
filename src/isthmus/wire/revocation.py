"""Revocation: from a moment on a key of a node counts no more, although its certificate still would.

The body of ``exchange.key-revocation/1`` carries a certificate revocation list (RFC 5280, section 5) by the
node's root: whoever holds a leaked seal key can neither revoke another key with it nor take back its own
revocation. The record is signed under a seal key that is not the one revoked.
"""

from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal, get_args

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import Field

from isthmus.kit.errors import BadInput, Refused
from isthmus.wire import keys
from isthmus.wire.card import Pem
from isthmus.wire.model import LONGEST_REASON, WireModel, WireTime
from isthmus.wire.record import Record

TYPE, VERSION = "exchange.key-revocation", 1

Ground = Literal["leaked", "lost", "misissued"]
GROUNDS: tuple[Ground, ...] = get_args(Ground)
_FLAGS: dict[Ground, x509.ReasonFlags] = {
    "leaked": x509.ReasonFlags.key_compromise,
    "lost": x509.ReasonFlags.cessation_of_operation,
    "misissued": x509.ReasonFlags.privilege_withdrawn,
}


class KeyRevocation(WireModel):
    """Body of ``exchange.key-revocation/1``.

    ``kid`` is the thumbprint of the certificate that counts no more from ``revoked_from`` (whole seconds), on
    what ``ground`` and for what ``reason``; ``crl`` the root's signed list of it (PEM).
    """

    noun: ClassVar[str] = "key-revocation"

    purpose: Literal["seal", "encryption", "log"]
    kid: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
    revoked_from: WireTime
    ground: Ground
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]
    crl: Pem


def is_revocation(record: Record) -> bool:
    """Whether the record is of the type and version read here."""
    return (record.type, record.version) == (TYPE, VERSION)


def sign_revocation(
    cert: x509.Certificate,
    root: x509.Certificate,
    root_key: EllipticCurvePrivateKey,
    *,
    revoked_from: datetime,
    ground: Ground,
    now: datetime,
) -> str:
    """A revocation list (PEM) of this one certificate, in force until the root's end; aware times."""
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(cert.serial_number)
        .revocation_date(revoked_from.astimezone(UTC).replace(microsecond=0))
        .add_extension(x509.CRLReason(_FLAGS[ground]), critical=False)
        .build()
    )
    crl = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.subject)
        .last_update(now.astimezone(UTC).replace(microsecond=0))
        .next_update(root.not_valid_after_utc)
        .add_revoked_certificate(entry)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
        )
        .sign(root_key, SHA256())
    )
    return crl.public_bytes(Encoding.PEM).decode("ascii")


def _listed(crl_pem: str, cert: x509.Certificate, root: x509.Certificate) -> datetime:
    try:
        crl = x509.load_pem_x509_crl(crl_pem.encode("utf-8"))
    except ValueError as error:
        raise BadInput("wire.revocation.crl", "This is not one revocation list in PEM form.") from error
    authority = root.public_key()
    assert isinstance(authority, EllipticCurvePublicKey)
    if crl.issuer != root.subject or not crl.is_signature_valid(authority):
        raise Refused("wire.revocation.root", f"The root of {keys.node_of(root)} did not sign this list.")
    entry = crl.get_revoked_certificate_by_serial_number(cert.serial_number)
    if entry is None:
        raise Refused("wire.revocation.other-key", "The root's list does not name this certificate.")
    return entry.revocation_date_utc


def check_revocation(
    record: Record, kid: str, cert: x509.Certificate, root: x509.Certificate
) -> KeyRevocation:
    """The revocation of ``cert`` that ``record``, whose signature under ``kid`` holds, states.

    Refused, code ``wire.revocation.`` and one of: type, node, other-key, purpose, signer (by the revoked key
    itself), root (the list is not the root's), time (it differs from the list's, or lies ahead of the
    record); BadInput ``wire.key-revocation.invalid`` or ``wire.revocation.crl``.
    """
    if not is_revocation(record):
        raise Refused(
            "wire.revocation.type", f"A record of type {record.type}/{record.version} revokes no key."
        )
    if record.sender != keys.node_of(root):
        raise Refused("wire.revocation.node", f"{record.sender} cannot revoke a key of {keys.node_of(root)}.")
    body = KeyRevocation.from_json(record.body)
    if body.kid != keys.thumbprint(cert):
        raise Refused("wire.revocation.other-key", "The revocation names another key than this one.")
    if keys.purpose_of(cert) != body.purpose:
        raise Refused("wire.revocation.purpose", f"The key it names is not one for {body.purpose}.")
    if kid == body.kid:
        raise Refused("wire.revocation.signer", "A revocation is signed under another key than it revokes.")
    listed = _listed(body.crl, cert, root)
    if body.revoked_from != listed or body.revoked_from > record.issued:
        raise Refused(
            "wire.revocation.time", "The moment of the revocation is not the one that the root signed."
        )
    return body
