"""Signatures: JWS compact (RFC 7515) over exact payload bytes, by ES256 or Ed25519 and nothing else.

A token has one spelling. Base64url is read in its canonical form only, the header holds ``alg``, ``kid`` and
``typ`` alone, and an ES256 signature is accepted with the lower of its two values of s only: without that,
anybody could turn a signature into a second valid one, and the same record would have two leaves in a log.

Two algorithms and three members need no general library: joserfc took four times what the signature itself
takes. It stands in the tests instead, where it reads what is written here, and the other way round.
"""

import binascii
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeGuard

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from isthmus.kit.errors import BadInput, Refused
from isthmus.wire import codec, packing
from isthmus.wire.packing import Opened
from isthmus.wire.sealing import PrivateKey

RECORD = "isthmus-record+jws"
RECEIPT = "isthmus-receipt+jws"
REFUSAL = "isthmus-refusal+jws"
CARD = "isthmus-card+jws"
REQUEST = "isthmus-request+jws"
BUNDLE = "isthmus-bundle+jws"
WITNESS = "isthmus-witness+jws"
FILE = "isthmus-file+jws"
REVOKED = "isthmus-revoked+jws"

ALGORITHMS = ("ES256", "Ed25519")
_KID = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_MAX_HEADER = 512
_MAX_SIGNATURE = 128
_MAX_PAYLOAD = (codec.MAX_BYTES + 2) // 3 * 4
MAX_TOKEN = _MAX_HEADER + _MAX_PAYLOAD + _MAX_SIGNATURE + 2

# The order of the curve P-256 (FIPS 186-5, SP 800-186 section 3.2.1.3).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_HALF = 32
_ES256 = ECDSA(SHA256())


@dataclass(frozen=True, slots=True)
class Unverified:
    """A token taken apart: well formed, but nobody has checked who signed it."""

    token: str
    kid: str
    alg: str
    typ: str
    payload: bytes
    header: bytes
    signature: bytes
    came_as: bytes = b""
    """The packed token, where it came as one."""

    def packed(self) -> bytes:
        """The token as it is kept; ``parse`` has shown that its parts have no other spelling."""
        return self.came_as or packing.pack_parts(self.header, self.payload, self.signature)


@dataclass(frozen=True, slots=True)
class Signed:
    """A token that was just signed, and its parts."""

    token: str
    header: bytes
    payload: bytes
    signature: bytes

    def packed(self) -> bytes:
        """The token as it is kept."""
        return packing.pack_parts(self.header, self.payload, self.signature)


def decode_segment(segment: bytes, what: str) -> bytes:
    """Bytes of canonical base64url; BadInput ``wire.jws.base64`` for any other spelling of them."""
    try:
        data = packing.decode(segment)
    except binascii.Error:
        data = b""
    if not data or packing.encode(data) != segment:
        raise _not_canonical(what)
    return data


def _not_canonical(what: str) -> BadInput:
    return BadInput("wire.jws.base64", f"The {what} of the token is not canonical base64url.")


def sign(payload: bytes, *, key: PrivateKey, kid: str, typ: str) -> str:
    """The token over ``payload``, whose bytes are signed as they are.

    ``kid`` is the certificate's thumbprint. Raises BadInput ``wire.jws.size`` beyond 1 MiB and
    ``wire.jws.key`` for a curve other than P-256.
    """
    return sign_in_parts(payload, key=key, kid=kid, typ=typ).token


def sign_in_parts(payload: bytes, *, key: PrivateKey, kid: str, typ: str) -> Signed:
    """The same, with the parts that make up the token."""
    if len(payload) > codec.MAX_BYTES:
        raise BadInput("wire.jws.size", f"{len(payload)} bytes are too many to sign; the limit is 1 MiB.")
    if isinstance(key, Ed25519PrivateKey):
        header, segment = _header("Ed25519", kid, typ)
        signed = b"%b.%b" % (segment, packing.encode(payload))
        signature = key.sign(signed)
    elif isinstance(key.curve, SECP256R1):
        header, segment = _header("ES256", kid, typ)
        signed = b"%b.%b" % (segment, packing.encode(payload))
        signature = es256(signed, key)
    else:
        raise BadInput("wire.jws.key", "ES256 signs with a P-256 key only.")
    token = b"%b.%b" % (signed, packing.encode(signature))
    return Signed(token.decode("ascii"), header, payload, signature)


@lru_cache(maxsize=64)
def _header(alg: str, kid: str, typ: str) -> tuple[bytes, bytes]:
    header = codec.encode({"alg": alg, "kid": kid, "typ": typ})
    return header, packing.encode(header)


def es256(signed: bytes, key: EllipticCurvePrivateKey) -> bytes:
    """r and s, 32 bytes each (RFC 7518, section 3.4), s in the lower half of its range."""
    r, s = decode_dss_signature(key.sign(signed, _ES256))
    return r.to_bytes(_HALF, "big") + min(s, _ORDER - s).to_bytes(_HALF, "big")


@lru_cache(maxsize=512)
def _read_header(segment: bytes) -> tuple[str, str, str, bytes]:
    """(alg, kid, typ) and the header. Kept by spelling: a partner's records all carry the same header."""
    data = decode_segment(segment, "header")
    header = codec.decode(data)
    if not isinstance(header, dict):
        raise BadInput("wire.jws.form", "The header of the token is not an object.")
    alg, kid, typ = header.get("alg"), header.get("kid"), header.get("typ")
    if alg not in ALGORITHMS:
        raise Refused("wire.jws.algorithm", f"The algorithm {alg!r} is not accepted, only ES256 and Ed25519.")
    if "crit" in header:
        raise Refused("wire.jws.crit", "The token demands an extension (crit); none is known here.")
    if foreign := sorted(header.keys() - {"alg", "kid", "typ"}):
        raise Refused(
            "wire.jws.header", f"The header holds more than alg, kid and typ: {', '.join(foreign)}."
        )
    if not isinstance(kid, str) or not _KID.fullmatch(kid) or not isinstance(typ, str):
        raise Refused(
            "wire.jws.header", "The header needs a typ and, as kid, a SHA-256 thumbprint in base64url."
        )
    return alg, kid, typ, data


def _split(token: str) -> tuple[bytes, bytes, bytes]:
    parts = token.encode("ascii", errors="replace").split(b".") if len(token) <= MAX_TOKEN else []
    _check_lengths(len(token), parts[0] if len(parts) == 3 else None)
    return parts[0], parts[1], parts[2]


def _check_lengths(length: int, header: bytes | None) -> None:
    if length > MAX_TOKEN:
        raise BadInput("wire.jws.size", f"The token has {length} characters; at most {MAX_TOKEN} are read.")
    if header is None or len(header) > _MAX_HEADER:
        raise BadInput("wire.jws.form", "This is not a token of three parts with a short header.")


def type_of(token: str) -> str:
    """The ``typ`` that a token claims, after the checks of its header."""
    return _read_header(_split(token)[0])[2]


def parse(token: str | Opened, *, typ: str) -> Unverified:
    """Take a token of type ``typ`` apart without checking its signature; one that came packed is already.

    Refused ``wire.jws.algorithm`` (``none``, HMAC, anything but ES256 and Ed25519), ``wire.jws.crit``,
    ``wire.jws.header`` (further members such as ``jwk``), ``wire.jws.type``; BadInput ``wire.jws.size``,
    ``wire.jws.form``, ``wire.jws.base64``, or a code of the codec for the header.
    """
    if isinstance(token, Opened):
        return _parse_opened(token, typ)
    head, payload, last = _split(token)
    alg, kid, found, header = _read_header(head)
    _check_type(found, typ)
    signature = decode_segment(last, "signature")
    if len(signature) != 2 * _HALF:
        raise BadInput("wire.jws.form", "The signature of the token does not have 64 bytes.")
    return Unverified(token, kid, alg, found, decode_segment(payload, "payload"), header, signature)


def _check_type(found: str, typ: str) -> None:
    if found != typ:
        raise Refused("wire.jws.type", f"The token is of type {found!r}, where {typ!r} is read.")


def _parse_opened(opened: Opened, typ: str) -> Unverified:
    """The same for parts: what has none of Base64 has none of its other spellings either."""
    segment = opened.text[: opened.text.index(".")].encode("ascii")
    _check_lengths(len(opened.text), segment)
    alg, kid, found, _ = _read_header(segment)
    _check_type(found, typ)
    if not opened.payload:
        raise _not_canonical("payload")
    return Unverified(
        opened.text, kid, alg, found, opened.payload, opened.header, opened.signature, opened.packed
    )


def _is_p256(public_key: object) -> TypeGuard[EllipticCurvePublicKey]:
    return isinstance(public_key, EllipticCurvePublicKey) and isinstance(public_key.curve, SECP256R1)


def verify(unverified: Unverified, public_key: object) -> bytes:
    """The payload, once ``public_key`` (P-256 or Ed25519) is shown to have signed it.

    Refused ``wire.signature.invalid``; ``wire.signature.key`` where the key does not fit the algorithm;
    ``wire.signature.form`` for the higher value of s.
    """
    signed = unverified.token[: unverified.token.rindex(".")].encode("ascii")
    signature = unverified.signature
    try:
        if unverified.alg == "Ed25519" and isinstance(public_key, Ed25519PublicKey):
            public_key.verify(signature, signed)
        elif unverified.alg == "ES256" and _is_p256(public_key):
            check_es256(signature, signed, public_key)
        else:
            raise Refused("wire.signature.key", f"The signer's key is not one for {unverified.alg}.")
    except InvalidSignature as error:
        raise _invalid() from error
    return unverified.payload


def _invalid() -> Refused:
    return Refused(
        "wire.signature.invalid",
        "The signature does not match: the text was changed, or another key signed it.",
        next_step="Ask the sender to send it again.",
    )


def check_es256(signature: bytes, signed: bytes, public_key: object) -> None:
    """Refused unless 64 bytes are the signature of a P-256 key; codes as those of ``verify``."""
    if not _is_p256(public_key) or len(signature) != 2 * _HALF:
        raise Refused("wire.signature.key", "The signer's key is not one for ES256.")
    r, s = int.from_bytes(signature[:_HALF], "big"), int.from_bytes(signature[_HALF:], "big")
    if s > _ORDER // 2:
        raise Refused("wire.signature.form", "The signature is spelt with the higher value of s.")
    try:
        public_key.verify(encode_dss_signature(r, s), signed, _ES256)
    except InvalidSignature as error:
        raise _invalid() from error
