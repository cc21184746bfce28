"""The code of a stamp: a GS1 Digital Link with a random serial, a keyed tag and a signature.

``https://HOST/01/GTIN/21/SERIAL?91=KEY+TAG&92=KEY+SIGNATURE`` (GS1 Digital Link Standard: URI Syntax 1.3;
application identifiers 01 GTIN, 21 serial, 91 and 92 for the issuer's own use, at most 90 signs each).

* Serial: 80 random bits, 16 signs of base32.
* Tag (91): two signs of key id, then 64 bits of keyed BLAKE2b (RFC 7693) over GTIN and serial in 13 signs.
  Only the issuer can check it: online or by text message.
* Signature (92): two signs of key id, then Ed25519 (RFC 8032) over the same in 86 signs of base64url.
  Everybody who has the public key can check it, without a network.

Each code has one spelling. The printed one has scheme and host in capitals, for a QR code writes capitals
in fewer modules; a browser shows them small, and that is read as well (RFC 3986, 6.2.2.1).
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from isthmus.kit import base32

SERIAL_BYTES: Final = 10
SERIAL_SIGNS: Final = 16
TAG_BYTES: Final = 8
TAG_SIGNS: Final = 13
KEY_SIGNS: Final = 2
MOST_KEYS: Final = 1 << (base32.BITS * KEY_SIGNS)
TAG_KEY_BYTES: Final = 32
PERSON: Final = b"isthmus-stamp/1"
"""Separates these tags from every other use of a key (RFC 7693, 2.8 leaves this field to the user)."""
SIGNED_PREFIX: Final = b"isthmus-stamp/1 "
LONGEST: Final = 400

_HOST = r"{0}(?:[{1}-]*{0})?(?:\.{0}(?:[{1}-]*{0})?)*(?::[0-9]{{1,5}})?"
_CODE: Final = re.compile(
    rf"(?:HTTPS://(?P<upper>{_HOST.format('[A-Z0-9]', 'A-Z0-9')})"
    rf"|https://(?P<lower>{_HOST.format('[a-z0-9]', 'a-z0-9')}))"
    rf"/01/(?P<gtin>[0-9]{{14}})/21/(?P<serial>{base32.CLASS}{{{SERIAL_SIGNS}}})"
    rf"(?:\?91=(?P<tag_key>{base32.CLASS}{{{KEY_SIGNS}}})(?P<tag>[0-9A-F]{base32.CLASS}{{{TAG_SIGNS - 1}}})"
    rf"(?:&92=(?P<signature_key>{base32.CLASS}{{{KEY_SIGNS}}})(?P<signature>[A-Za-z0-9_-]{{85}}[AQgw]))?)?",
    re.ASCII,
)
_TYPED: Final = re.compile(
    rf"(?P<serial>{base32.CLASS}{{{SERIAL_SIGNS}}})"
    rf"(?:(?P<tag_key>{base32.CLASS}{{{KEY_SIGNS}}})(?P<tag>[0-9A-F]{base32.CLASS}{{{TAG_SIGNS - 1}}}))?",
    re.ASCII,
)


class Misread(StrEnum):
    """Why a text is no code of a stamp."""

    FORM = "form"
    CHECK_DIGIT = "check-digit"


class CodeFault(ValueError):
    """A text that is no code of a stamp."""

    def __init__(self, reason: Misread) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Code:
    """What a code says. ``host`` is in small letters, and empty with ``gtin`` where only signs were typed.

    ``tag`` and ``signature`` are empty where the code has none; the ids of their keys are then None.
    """

    host: str
    gtin: str
    serial: bytes
    tag_key: int | None = None
    tag: bytes = b""
    signature_key: int | None = None
    signature: bytes = b""

    @property
    def serial_text(self) -> str:
        """The serial in its 16 signs."""
        return serial_text(self.serial)

    @property
    def text(self) -> str:
        """The code as it is printed."""
        return written(self)


def gtin_fits(gtin: str) -> bool:
    """Whether 14 digits end in their check digit (GS1 General Specifications, 7.9)."""
    if not (len(gtin) == 14 and gtin.isascii() and gtin.isdigit()):
        return False
    return sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(gtin)) % 10 == 0


def spellings(gtin: str) -> list[str]:
    """A GTIN of 14 digits in every length in which it may be written."""
    return [gtin[14 - length :] for length in (14, 13, 12, 8) if not gtin[: 14 - length].strip("0")]


def serial_text(serial: bytes) -> str:
    """Ten bytes of serial in 16 signs."""
    return base32.written(int.from_bytes(serial, "big"), SERIAL_SIGNS)


def serial_of(text: str) -> bytes:
    """The bytes of a serial; CodeFault where the text is not 16 canonical signs."""
    try:
        number = base32.read(text)
    except ValueError as error:
        raise CodeFault(Misread.FORM) from error
    if len(text) != SERIAL_SIGNS:
        raise CodeFault(Misread.FORM)
    return number.to_bytes(SERIAL_BYTES, "big")


def written(code: Code) -> str:
    """The one spelling that is printed; the opposite of ``parsed``."""
    text = f"HTTPS://{code.host.upper()}/01/{code.gtin}/21/{serial_text(code.serial)}"
    if code.tag_key is None:
        return text
    text += f"?91={base32.written(code.tag_key, KEY_SIGNS)}"
    text += base32.written(int.from_bytes(code.tag, "big"), TAG_SIGNS)
    if code.signature_key is None:
        return text
    signature = urlsafe_b64encode(code.signature).decode("ascii").rstrip("=")
    return f"{text}&92={base32.written(code.signature_key, KEY_SIGNS)}{signature}"


def _bytes(signs: str | None, size: int) -> bytes:
    return b"" if signs is None else base32.read(signs).to_bytes(size, "big")


def _number(signs: str | None) -> int | None:
    return None if signs is None else base32.read(signs)


def parsed(text: str) -> Code:
    """The code that a symbol holds; CodeFault for anything but its one spelling."""
    found = _CODE.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise CodeFault(Misread.FORM)
    if not gtin_fits(found["gtin"]):
        raise CodeFault(Misread.CHECK_DIGIT)
    signature = found["signature"]
    return Code(
        host=(found["upper"] or found["lower"]).lower(),
        gtin=found["gtin"],
        serial=_bytes(found["serial"], SERIAL_BYTES),
        tag_key=_number(found["tag_key"]),
        tag=_bytes(found["tag"], TAG_BYTES),
        signature_key=_number(found["signature_key"]),
        signature=b"" if signature is None else urlsafe_b64decode(signature + "=="),
    )


def understood(text: str) -> Code:
    """A code as read from a symbol, or the signs printed beside it as a person types them.

    Those are the serial and, with it, key id and tag; in any letters, with any gaps. CodeFault otherwise.
    """
    text = text.strip()
    if text[:8].lower() == "https://":
        return parsed(text)
    found = _TYPED.fullmatch(base32.tidied(text)) if len(text) <= LONGEST else None
    if found is None:
        raise CodeFault(Misread.FORM)
    tag_key, tag = _number(found["tag_key"]), _bytes(found["tag"], TAG_BYTES)
    return Code("", "", _bytes(found["serial"], SERIAL_BYTES), tag_key, tag)


def typed(code: Code) -> str:
    """The signs that stand beside the symbol for a person to type, in groups of four."""
    signs = serial_text(code.serial)
    if code.tag_key is not None:
        signs += base32.written(code.tag_key, KEY_SIGNS)
        signs += base32.written(int.from_bytes(code.tag, "big"), TAG_SIGNS)
    return " ".join(signs[place : place + 4] for place in range(0, len(signs), 4))


def tag_of(key: bytes, gtin: str, serial: bytes) -> bytes:
    """The eight bytes of tag of a serial under a secret key."""
    return hashlib.blake2b(
        gtin.encode("ascii") + serial, digest_size=TAG_BYTES, key=key, person=PERSON
    ).digest()


def tag_holds(key: bytes, gtin: str, serial: bytes, tag: bytes) -> bool:
    """Whether a tag is the right one, in a time that does not tell how much of it is."""
    return hmac.compare_digest(tag_of(key, gtin, serial), tag)


def signed_part(gtin: str, serial: bytes) -> bytes:
    """The bytes that a signature is about."""
    return SIGNED_PREFIX + f"/01/{gtin}/21/{serial_text(serial)}".encode("ascii")


def signature_of(key: Ed25519PrivateKey, gtin: str, serial: bytes) -> bytes:
    """The 64 bytes of signature of a serial."""
    return key.sign(signed_part(gtin, serial))


def signature_holds(key: Ed25519PublicKey, gtin: str, serial: bytes, signature: bytes) -> bool:
    """Whether a signature is the right one."""
    try:
        key.verify(signature, signed_part(gtin, serial))
    except InvalidSignature:
        return False
    return True
