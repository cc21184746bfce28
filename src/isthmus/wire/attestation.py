"""A short statement about a person that fits into a QR code, signed by a node's seal key.

The text is base32 of one byte of form (1), the first eight bytes of the seal certificate's SHA-256, 64 bytes
of ES256 signature, and the payload: about 430 signs, which a QR code writes in few modules. It may stand
behind an address, ``HTTPS://HOST/C/``, which a telephone's camera opens. Each has one spelling, so no sign of
it can be changed. Whoever holds the node's card can check it without a network.

What is signed begins with a prefix of its own, so that it can be taken for nothing else that the key signs.
"""

import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from pydantic import Field

from isthmus.kit import base32
from isthmus.kit.errors import BadInput, Refused
from isthmus.wire import codec, jws, keys
from isthmus.wire.codec import Json
from isthmus.wire.model import AS_ARRAY, NodeId, WireModel, WireTime

PREFIX: Final = b"isthmus-attestation/1 "
NUMBER_SIGNS: Final = 16
LONGEST: Final = 1200
PATH: Final = "/C/"
_FORM = b"\x01"
_KEY_BYTES, _SIGNATURE_BYTES = 8, 64
_START = 1 + _KEY_BYTES + _SIGNATURE_BYTES
_ADDRESS = re.compile(r"https?://[a-z0-9.:-]{1,80}/c/([0-9a-z]+)/?", re.ASCII | re.IGNORECASE)
_SIGNS = re.compile(rf"{base32.CLASS}{{100,{LONGEST}}}", re.ASCII)

Number = Annotated[str, Field(pattern=rf"^{base32.CLASS}{{{NUMBER_SIGNS}}}$")]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class Attestation(WireModel):
    """What is attested: who took part in what, from when to when, in how many parts.

    ``digest`` is that of the whole statement (``digest_of``), which names the parts. Members have names of
    one sign, for each takes room in the code.
    """

    noun: ClassVar[str] = "attestation"

    sender: Annotated[NodeId, Field(alias="i")]
    number: Annotated[Number, Field(alias="n")]
    person: Annotated[str, Field(alias="p", min_length=1, max_length=200)]
    about: Annotated[str, Field(alias="t", min_length=1, max_length=200)]
    first: Annotated[Day, Field(alias="f")]
    last: Annotated[Day, Field(alias="l")]
    issued: Annotated[WireTime, Field(alias="d")]
    parts: Annotated[int, Field(alias="s", ge=0, le=9999)]
    digest: Annotated[str, Field(alias="h", pattern=r"^[0-9a-f]{32}$")]


class Revoked(WireModel):
    """One attestation that counts no more, from when and on what ground (a code of the issuer)."""

    noun: ClassVar[str] = "revoked attestation"

    number: Number
    at: WireTime
    ground: Annotated[str, Field(pattern=r"^[a-z-]{1,30}$")]


class RevokedList(WireModel):
    """All attestations of a node that counted no more when the list was made; a JWS of type ``REVOKED``."""

    noun: ClassVar[str] = "revoked list"

    sender: Annotated[NodeId, Field(alias="from")]
    issued: WireTime
    revoked: Annotated[tuple[Revoked, ...], AS_ARRAY, Field(max_length=10_000)]

    def of(self, number: str) -> Revoked | None:
        """What the list says of a number; None where it is not on it."""
        return next((one for one in self.revoked if one.number == number), None)


@dataclass(frozen=True, slots=True)
class Short:
    """A text taken apart: nobody has checked yet who signed it."""

    key: bytes
    signature: bytes
    payload: bytes

    @property
    def text(self) -> str:
        """The one spelling."""
        return base32.of_bytes(_FORM + self.key + self.signature + self.payload)

    def is_of(self, kid: str) -> bool:
        """Whether the key that a thumbprint names may have signed it."""
        return urlsafe_b64decode(kid + "=")[:_KEY_BYTES] == self.key


def digest_of(statement: Json) -> str:
    """The first 16 bytes of a whole statement's digest in hexadecimal; the order of members does not matter.

    Databases that keep JSON hand its members back in an order of their own.
    """
    return codec.digest_json(statement).hex()[:32]


def key_of(cert: x509.Certificate) -> bytes:
    """The eight bytes by which a text names the certificate of its key."""
    return urlsafe_b64decode(keys.thumbprint(cert) + "=")[:_KEY_BYTES]


def sign_attestation(body: Attestation, *, key: EllipticCurvePrivateKey, cert: x509.Certificate) -> str:
    """The text that attests ``body``, signed with the seal key of ``cert`` (P-256)."""
    payload = body.to_bytes()
    return Short(key_of(cert), jws.es256(PREFIX + payload, key), payload).text


def signs_in(text: str) -> str:
    """The signs of an attestation in what was scanned or typed; empty where it is none."""
    stripped = "".join(text.split())
    found = _ADDRESS.fullmatch(stripped)
    signs = (found[1] if found else stripped).upper()
    return signs if _SIGNS.fullmatch(signs) else ""


def read_attestation(text: str) -> tuple[Short, Attestation]:
    """Take a text apart without checking its signature; BadInput ``wire.attestation.form``, ``.invalid``."""
    try:
        data = base32.to_bytes(signs_in(text))
    except ValueError as error:
        raise _bad() from error
    if len(data) <= _START or data[:1] != _FORM:
        raise _bad()
    short = Short(data[1 : 1 + _KEY_BYTES], data[1 + _KEY_BYTES : _START], data[_START:])
    body = Attestation.from_bytes(short.payload)
    if body.to_bytes() != short.payload:
        raise _bad()
    return short, body


def _bad() -> BadInput:
    return BadInput(
        "wire.attestation.form",
        "This is no code of a certificate.",
        next_step="Scan it again, or copy the whole address.",
    )


def check_attestation(short: Short, cert: x509.Certificate) -> None:
    """Refused, with the codes of ``jws.verify``, unless the key of ``cert`` signed it."""
    if not short.is_of(keys.thumbprint(cert)):
        raise Refused("wire.signature.key", "Another key signed it.")
    jws.check_es256(short.signature, PREFIX + short.payload, cert.public_key())


def sign_revoked(
    sender: str,
    revoked: tuple[Revoked, ...],
    *,
    issued: datetime,
    key: EllipticCurvePrivateKey,
    cert: x509.Certificate,
) -> str:
    """The signed list of what counts no more, as one token."""
    body = RevokedList(sender=sender, issued=issued, revoked=revoked)
    return jws.sign(body.to_bytes(), key=key, kid=keys.thumbprint(cert), typ=jws.REVOKED)
