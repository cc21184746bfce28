"""Two nodes come to one secret without sending it; no other pair and no other purpose does."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from isthmus.wire import keys
from isthmus.wire.pairwise import SECRET_BYTES, agree_on_secret

MM, CN, LA = (keys.generate_p256() for _ in range(3))
PURPOSE = "etrade.match/1 MM-M-1"


def secret(own: ec.EllipticCurvePrivateKey, other: ec.EllipticCurvePrivateKey, **changes: object) -> bytes:
    members: dict[str, object] = {"nodes": ("mm", "cn"), "purpose": PURPOSE}
    return agree_on_secret(own, other.public_key(), **{**members, **changes})  # type: ignore[arg-type]  # as given


def test_both_sides_come_to_the_same_secret_whoever_is_named_first() -> None:
    assert len(secret(MM, CN)) == SECRET_BYTES
    assert secret(MM, CN) == secret(CN, MM) == secret(CN, MM, nodes=("cn", "mm"))


@pytest.mark.parametrize(
    "other",
    [secret(MM, LA), secret(MM, CN, nodes=("mm", "la")), secret(MM, CN, purpose="etrade.match/1 MM-M-2")],
    ids=["another key", "another node", "another purpose"],
)
def test_whatever_differs_gives_another_secret(other: bytes) -> None:
    assert secret(MM, CN) != other


def test_it_is_hkdf_over_the_shared_point() -> None:
    """RFC 5869 by hand: extract without a salt, expand for one block."""
    shared = MM.exchange(ec.ECDH(), CN.public_key())
    extracted = hmac.digest(bytes(32), shared, hashlib.sha256)
    info = b"isthmus/pairwise/1\0" + PURPOSE.encode() + b"\0cn\0mm"
    assert secret(MM, CN) == hmac.digest(extracted, info + b"\x01", hashlib.sha256)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nodes": ("mm", "mm")}, "with itself"),
        ({"purpose": ""}, "has a purpose"),
        ({"purpose": "a\0b"}, "has a purpose"),
    ],
)
def test_what_cannot_be_a_pair_or_a_purpose_is_refused(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        secret(MM, CN, **changes)


def test_another_curve_is_refused() -> None:
    with pytest.raises(ValueError, match="P-256"):
        secret(MM, ec.generate_private_key(ec.SECP384R1()))
