"""A PDF signed by a node's seal key, and the check of one, with nothing but the certificates at hand.

The signature is PAdES (ETSI EN 319 142-1) over the whole file. What a reader may write behind it,
and the room that a signature leaves, are checked as well: no byte of the file can be changed.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from isthmus.kit.errors import BadInput, Refused

HEAD: Final = b"%PDF-"
MOST_BYTES: Final = 32 * 1024 * 1024
FIELD: Final = "Seal"
_SHA256 = {"algorithm": "sha256", "parameters": None}
_ES256 = {"algorithm": "sha256_ecdsa", "parameters": None}


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a sound signature says: under which certificate, when, and of which attestation (or nothing)."""

    certificate: x509.Certificate
    at: datetime
    names: str


def seal(
    pdf: bytes,
    *,
    key: EllipticCurvePrivateKey,
    cert: x509.Certificate,
    names: str = "",
) -> bytes:
    """The PDF with the signature of ``key``; ``names`` is the text of the attestation that it shows."""
    from asn1crypto.keys import PrivateKeyInfo
    from asn1crypto.x509 import Certificate
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    secret = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = signers.SimpleSigner(
        signing_cert=Certificate.load(cert.public_bytes(Encoding.DER)),
        signing_key=PrivateKeyInfo.load(secret),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]  # its initialiser has no types
    )
    about = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        contact_info=names or None,
    )
    made = signers.PdfSigner(about, signer=signer).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)), output=io.BytesIO()
    )
    return bytes(made.getvalue())


def read_seal(pdf: bytes) -> Sealed:
    """What the signature of a PDF says, once it is shown to cover every byte.

    Whether its certificate is a node's is left to the caller, who holds the node's card. BadInput
    ``wire.pdf.form`` for a file without one readable signature, Refused ``wire.pdf.altered``.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    try:
        (found,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        start, before, behind, length = (int(value) for value in found.byte_range)
        certificate = x509.load_der_x509_certificate(found.signer_cert.dump())
        at = found.self_reported_timestamp
        names = str(found.sig_object.get("/ContactInfo", ""))
        covers = (start, behind + length) == (0, len(pdf)) and _is_as_made(pdf[before:behind])
        if covers:
            status = validate_pdf_signature(
                found, ValidationContext(trust_roots=[found.signer_cert], allow_fetching=False)
            )
            covers = bool(status.intact and status.valid)
    # A broken file makes its parsers raise whatever they meet.
    except Exception as error:
        raise BadInput("wire.pdf.form", "This PDF carries no signature that can be read here.") from error
    if not covers or at is None:
        raise Refused("wire.pdf.altered", "The signature does not match: the file was changed.")
    return Sealed(certificate, at, names)


def _is_as_made(gap: bytes) -> bool:
    """Whether the room of the signature holds just that, in the one form in which it is made.

    A signature does not cover itself. Of what is beside its value, versions, algorithms and certificates are
    those that ``seal`` writes, and behind it stand noughts.
    """
    from asn1crypto.cms import ContentInfo

    text = gap.removeprefix(b"<").removesuffix(b">")
    if len(text) != len(gap) - 2:
        return False
    content = ContentInfo.load(bytes.fromhex(text.decode("ascii")))
    size = len(content.dump())
    signed = content["content"]
    (signer,) = signed["signer_infos"]
    return (
        text == content.dump(force=True).hex().encode("ascii").upper().ljust(len(text), b"0")
        and size * 2 <= len(text)
        and [one.native for one in signed["digest_algorithms"]] == [_SHA256]
        and signer["digest_algorithm"].native == _SHA256
        and signer["signature_algorithm"].native == _ES256
        and signed["version"].native == signer["version"].native == "v1"
        and len(signed["certificates"]) == 1
        and not signer["unsigned_attrs"]
    )
