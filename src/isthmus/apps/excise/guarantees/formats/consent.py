"""A guarantor's consent: ES256 over the exact bytes of a guarantee's statement.

The signature is a JWS in compact form (RFC 7515) of the type ``isthmus-guarantee+jws``; its ``kid`` is the
thumbprint of the public key (RFC 7638). Nothing is written anew in order to be verified, and of the two
values that ``s`` can have, the lower one alone is accepted.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.utils.translation import gettext as _

from isthmus.kit.errors import BadInput, FieldFault, Refused
from isthmus.wire import codec, jws
from isthmus.wire.codec import Json

TYPE: Final = "isthmus-guarantee+jws"
_BYTES = 32
_COORDINATE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def _text(number: int) -> str:
    return urlsafe_b64encode(number.to_bytes(_BYTES, "big")).rstrip(b"=").decode("ascii")


def _bad_key(message: str) -> BadInput:
    return BadInput(
        "excise.guarantor-key",
        message,
        next_step=_("`isthmus excise guarantees key --key FILE` writes the public key of a guarantor."),
        faults=(FieldFault("guarantor_jwk", message),),
    )


def public_jwk(key: EllipticCurvePublicKey) -> dict[str, str]:
    """A public key on P-256 as a JWK (RFC 7517)."""
    numbers = key.public_numbers()
    return {"crv": "P-256", "kty": "EC", "x": _text(numbers.x), "y": _text(numbers.y)}


def read_jwk(text: str) -> dict[str, str]:
    """The public key that somebody pasted; BadInput ``excise.guarantor-key`` says what is wrong with it.

    A private key is refused: who has it can sign in the guarantor's name.
    """
    try:
        found = codec.decode(text.strip().encode("utf-8"))
    except BadInput as error:
        raise _bad_key(_("The guarantor's key is no JWK: it is not JSON.")) from error
    if not isinstance(found, dict):
        raise _bad_key(_("The guarantor's key is no JWK: it is no object."))
    if "d" in found:
        raise _bad_key(
            _("This is the guarantor's private key. It must not leave the guarantor; give the public one.")
        )
    wanted = {"crv": "P-256", "kty": "EC"}
    if any(found.get(name) != value for name, value in wanted.items()):
        raise _bad_key(_("The guarantor's key must be an EC key on the curve P-256."))
    public_jwk(public_key(found))
    return {**wanted, "x": str(found["x"]), "y": str(found["y"])}


def _coordinate(jwk: Mapping[str, Any], name: str) -> int:
    text = jwk.get(name)
    if not isinstance(text, str) or not _COORDINATE.fullmatch(text):
        raise _bad_key(_("“%(name)s” of the guarantor's key has 43 signs of base64url.") % {"name": name})
    number = int.from_bytes(urlsafe_b64decode(f"{text}="), "big")
    if _text(number) != text:
        raise _bad_key(_("“%(name)s” of the guarantor's key is not canonical base64url.") % {"name": name})
    return number


def public_key(jwk: Mapping[str, Any]) -> EllipticCurvePublicKey:
    """The key of a JWK; BadInput ``excise.guarantor-key`` where it is no point of the curve."""
    x, y = _coordinate(jwk, "x"), _coordinate(jwk, "y")
    try:
        return EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()
    except ValueError as error:
        raise _bad_key(_("The guarantor's key is no point of the curve P-256.")) from error


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """The name of a key (RFC 7638): SHA-256 over its four members, base64url, 43 characters."""
    members = ",".join(f'"{name}":"{jwk[name]}"' for name in ("crv", "kty", "x", "y"))
    return urlsafe_b64encode(sha256(f"{{{members}}}".encode("ascii")).digest()).rstrip(b"=").decode("ascii")


def statement(terms: Mapping[str, Json]) -> bytes:
    """The bytes that a guarantor signs; they are kept and shown as they are."""
    return codec.encode({"type": "isthmus.guarantee/1", **terms})


def open_key(pem: bytes, password: str | None = None) -> EllipticCurvePrivateKey:
    """A guarantor's private key out of a PEM file; BadInput ``excise.guarantor-private-key``."""
    try:
        key = load_pem_private_key(pem, password.encode("utf-8") if password else None)
    except (ValueError, TypeError) as error:
        raise BadInput(
            "excise.guarantor-private-key",
            _("The file is no private key in PEM form, or its passphrase is another."),
            next_step=_("Give the key file of the guarantor, and --password where it is sealed."),
        ) from error
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise BadInput(
            "excise.guarantor-private-key", _("The private key must be an EC key on the curve P-256.")
        )
    return key


def sign(content: bytes, key: EllipticCurvePrivateKey) -> str:
    """The consent: the signature over the bytes of a statement, for the authority that keeps it."""
    return jws.sign(content, key=key, kid=thumbprint(public_jwk(key.public_key())), typ=TYPE)


def check(token: str, content: bytes, jwk: Mapping[str, Any]) -> None:
    """Nothing, where the key of ``jwk`` signed exactly ``content``; else Refused or BadInput.

    Refused ``excise.consent-key`` (another key), ``excise.consent-text`` (another statement), and the codes
    of ``wire.jws`` and ``wire.signature``.
    """
    found = jws.parse("".join(token.split()), typ=TYPE)
    if found.kid != thumbprint(jwk):
        raise Refused(
            "excise.consent-key",
            _("The consent was signed with another key than the guarantor's."),
            next_step=_("Ask the guarantor to sign with the key that is registered with the guarantee."),
        )
    if jws.verify(found, public_key(jwk)) != content:
        raise Refused(
            "excise.consent-text",
            _("The guarantor signed another statement than that of this guarantee."),
            next_step=_("Send the guarantor the statement of this guarantee, and have it signed unchanged."),
        )
