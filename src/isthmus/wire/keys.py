"""Keys and certificates of a node: pure cryptography, no storage.

Each node is its own root (P-256). Under it stand three certificates, each for one purpose: ``seal`` signs
records and receipts (P-256, as national PKIs and HSMs hold it; Ed25519 is accepted), ``encryption`` agrees on
keys (P-256) and ``log`` signs checkpoints (Ed25519). Profile: X.509 v3, RFC 5280.
"""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, get_args

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from isthmus.kit.clock import to_text
from isthmus.kit.errors import BadInput, Refused
from isthmus.kit.ids import is_node_id
from isthmus.wire.sealing import PrivateKey, open_private_key, seal_private_key

__all__ = [
    "PURPOSES",
    "PrivateKey",
    "PublicKey",
    "Purpose",
    "check_chain",
    "check_root",
    "country_of",
    "generate_ed25519",
    "generate_p256",
    "issue_certificate",
    "issue_root",
    "kind_of",
    "load_certificate",
    "node_of",
    "open_private_key",
    "purpose_of",
    "seal_private_key",
    "thumbprint",
    "to_pem",
]

Purpose = Literal["seal", "encryption", "log"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
PublicKey = ec.EllipticCurvePublicKey | Ed25519PublicKey

_LONGEST_NAME = 64  # X.520, ub-organization-name
_PUBLIC_KINDS: dict[Purpose, tuple[str, ...]] = {
    "seal": ("P-256", "Ed25519"),
    "encryption": ("P-256",),
    "log": ("Ed25519",),
}


def generate_p256() -> ec.EllipticCurvePrivateKey:
    """A new private key on the curve P-256."""
    return ec.generate_private_key(ec.SECP256R1())


def generate_ed25519() -> Ed25519PrivateKey:
    """A new Ed25519 private key."""
    return Ed25519PrivateKey.generate()


def kind_of(public_key: object) -> str:
    """``P-256``, ``Ed25519``, or ``another kind`` for what this platform does not use."""
    if isinstance(public_key, Ed25519PublicKey):
        return "Ed25519"
    if isinstance(public_key, ec.EllipticCurvePublicKey) and isinstance(public_key.curve, ec.SECP256R1):
        return "P-256"
    return "another kind"


def _until(start: datetime, years: int) -> datetime:
    try:
        return start.replace(year=start.year + years)
    except ValueError:  # 29 February of a year that has none
        return start.replace(year=start.year + years, day=28)


def _usage(**granted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: granted.get(name, False) for name in names.split()})


def issue_root(
    node_id: str, name: str, country: str, key: ec.EllipticCurvePrivateKey, *, now: datetime, years: int
) -> x509.Certificate:
    """A node's self-signed root: CN the node's id, O its name, C its country where it has one.

    ``now`` is an aware time; the certificate is valid for ``years`` from it. Raises BadInput
    ``keys.node-id``, ``keys.name`` (1 to 64 characters) or ``keys.kind`` (not P-256).
    """
    if not is_node_id(node_id):
        raise BadInput("keys.node-id", f"{node_id!r} cannot be the id of a node.")
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise BadInput("keys.name", f"The name of a node has 1 to {_LONGEST_NAME} characters.")
    if kind_of(key.public_key()) != "P-256":
        raise BadInput("keys.kind", "The root key of a node is a P-256 key.")
    attributes = [
        x509.NameAttribute(NameOID.COMMON_NAME, node_id),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
    ]
    if country:
        attributes.append(x509.NameAttribute(NameOID.COUNTRY_NAME, country))
    subject = x509.Name(attributes)
    start = now.astimezone(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(_until(start, years))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )


def issue_certificate(
    purpose: Purpose,
    public_key: PublicKey,
    root_cert: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    *,
    now: datetime,
    years: int,
) -> x509.Certificate:
    """A certificate under the root for one purpose, which it names as OU; it does not outlive the root.

    Raises BadInput ``keys.kind`` where the key does not fit the purpose.
    """
    if kind_of(public_key) not in _PUBLIC_KINDS[purpose]:
        kinds = " or ".join(_PUBLIC_KINDS[purpose])
        raise BadInput("keys.kind", f"A {purpose} certificate needs a key of the kind {kinds}.")
    start = now.astimezone(UTC).replace(microsecond=0)
    subject = [*root_cert.subject, x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, purpose)]
    usage = _usage(key_agreement=True) if purpose == "encryption" else _usage(digital_signature=True)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name(subject))
        .issuer_name(root_cert.subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(min(_until(start, years), root_cert.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
        )
        .sign(root_key, SHA256())
    )


def thumbprint(cert: x509.Certificate) -> str:
    """The certificate's ``kid``: SHA-256 over its DER, base64url without padding, 43 characters."""
    return urlsafe_b64encode(cert.fingerprint(SHA256())).rstrip(b"=").decode("ascii")


def to_pem(cert: x509.Certificate) -> str:
    """The certificate as PEM text."""
    return cert.public_bytes(Encoding.PEM).decode("ascii")


def load_certificate(pem: str) -> x509.Certificate:
    """The one certificate in a PEM text; BadInput ``trust.certificate.form`` for anything else."""
    try:
        (cert,) = x509.load_pem_x509_certificates(pem.encode("utf-8"))
    except ValueError as error:
        raise BadInput("trust.certificate.form", "This is not one certificate in PEM form.") from error
    return cert


def _subject(cert: x509.Certificate, attribute: x509.ObjectIdentifier) -> str:
    found = cert.subject.get_attributes_for_oid(attribute)
    return str(found[0].value) if len(found) == 1 else ""


def node_of(cert: x509.Certificate) -> str:
    """The node's id in the certificate (CN); empty where there is not exactly one."""
    return _subject(cert, NameOID.COMMON_NAME)


def country_of(cert: x509.Certificate) -> str:
    """The country in the certificate (C); empty where there is none."""
    return _subject(cert, NameOID.COUNTRY_NAME)


def purpose_of(cert: x509.Certificate) -> Purpose | None:
    """The purpose in the certificate (OU); None for a root."""
    written = _subject(cert, NameOID.ORGANIZATIONAL_UNIT_NAME)
    return next((purpose for purpose in PURPOSES if purpose == written), None)


@lru_cache(maxsize=256)
def _is_issued_by(cert: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        cert.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_authority(cert: x509.Certificate) -> bool:
    try:
        constraints = cert.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = cert.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False
    return constraints.ca and usage.key_cert_sign


def _check_period(cert: x509.Certificate, what: str, at: datetime) -> None:
    if at < cert.not_valid_before_utc:
        raise Refused(
            "trust.certificate.not-yet-valid",
            f"{what} of {node_of(cert)} is valid from {to_text(cert.not_valid_before_utc)}, "
            f"but was used at {to_text(at)}.",
            next_step="Compare the clocks of both nodes.",
        )
    if at > cert.not_valid_after_utc:
        raise Refused(
            "trust.certificate.expired",
            f"{what} of {node_of(cert)} expired at {to_text(cert.not_valid_after_utc)}, "
            f"before its use at {to_text(at)}.",
            next_step="Ask the partner for a new certificate.",
        )


def check_root(root: x509.Certificate, at: datetime) -> None:
    """Refused unless ``root`` is a node's own authority, signed by itself with P-256 and valid at ``at``.

    Codes ``trust.certificate.root``, ``.not-yet-valid``, ``.expired``.
    """
    sound = is_node_id(node_of(root)) and kind_of(root.public_key()) == "P-256" and _is_authority(root)
    if not (sound and _is_issued_by(root, root)):
        raise Refused("trust.certificate.root", "The root certificate is not a node's own authority.")
    _check_period(root, "The root certificate", at)


def check_chain(cert: x509.Certificate, root: x509.Certificate, purpose: Purpose, at: datetime) -> None:
    """Refused unless ``root`` issued ``cert`` for ``purpose`` to the same node and it was valid at ``at``.

    Codes ``trust.certificate.`` and one of: issuer, node, purpose, key, not-yet-valid, expired.
    """
    if not _is_issued_by(cert, root):
        raise Refused(
            "trust.certificate.issuer",
            f"The {purpose} certificate was not issued by the root of {node_of(root)}.",
        )
    if node_of(cert) != node_of(root):
        raise Refused(
            "trust.certificate.node",
            f"The {purpose} certificate names {node_of(cert) or 'no node'}; its root names {node_of(root)}.",
        )
    if purpose_of(cert) != purpose:
        raise Refused(
            "trust.certificate.purpose",
            f"The certificate of {node_of(cert)} is for {purpose_of(cert) or 'no use known'}, not {purpose}.",
        )
    if kind_of(cert.public_key()) not in _PUBLIC_KINDS[purpose]:
        raise Refused(
            "trust.certificate.key",
            f"The {purpose} certificate of {node_of(cert)} holds a key of another kind than it may.",
        )
    _check_period(cert, f"The {purpose} certificate", at)
