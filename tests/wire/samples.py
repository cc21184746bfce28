"""Two nodes with fixed keys, and builders of what they sign."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from isthmus.kit.errors import IsthmusError
from isthmus.wire import jws, keys
from isthmus.wire.card import NodeCard, sign_card
from isthmus.wire.record import Record, sign_record

NOW = datetime(2026, 11, 23, 10, 2, tzinfo=UTC)
RECORD_ID = UUID("019ab000-0000-7000-8000-000000000001")
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True)
class Node:
    node_id: str
    name: str
    country: str
    root_key: ec.EllipticCurvePrivateKey
    root: x509.Certificate
    seal_key: ec.EllipticCurvePrivateKey
    seal: x509.Certificate
    encryption: x509.Certificate
    log_key: Ed25519PrivateKey
    log: x509.Certificate
    encryption_key: ec.EllipticCurvePrivateKey

    @property
    def kid(self) -> str:
        return keys.thumbprint(self.seal)

    def card(self, **changes) -> NodeCard:
        members = {
            "id": self.node_id,
            "name": self.name,
            "country": self.country,
            "url": f"https://{self.node_id}.example.org",
            "reachable": True,
            "root": keys.to_pem(self.root),
            "seal": keys.to_pem(self.seal),
            "encryption": keys.to_pem(self.encryption),
            "log": keys.to_pem(self.log),
            "record_types": ("etrade.export-declaration/1",),
            "issued": NOW,
        }
        return NodeCard(**{**members, **changes})

    def card_token(self, **changes) -> str:
        return sign_card(self.card(**changes), self.seal_key)


def p256(number: int) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(number, ec.SECP256R1())


@lru_cache
def make_node(node_id: str, name: str, country: str, number: int, now: datetime = NOW) -> Node:
    root_key, seal_key, encryption_key = p256(number), p256(number + 1), p256(number + 2)
    log_key = Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big"))
    root = keys.issue_root(node_id, name, country, root_key, now=now, years=20)

    def issue(purpose: keys.Purpose, key: keys.PrivateKey) -> x509.Certificate:
        return keys.issue_certificate(purpose, key.public_key(), root, root_key, now=now, years=5)

    return Node(
        node_id,
        name,
        country,
        root_key,
        root,
        seal_key,
        issue("seal", seal_key),
        issue("encryption", encryption_key),
        log_key,
        issue("log", log_key),
        encryption_key,
    )


def mm() -> Node:
    return make_node("mm", "Myanmar Customs", "MM", 1000)


def cn() -> Node:
    return make_node("cn", "China Customs", "CN", 2000)


def make_record(**changes) -> Record:
    members = {
        "id": RECORD_ID,
        "type": "etrade.export-declaration",
        "version": 1,
        "sender": "mm",
        "receiver": "cn",
        "stream": "mm>cn#1",
        "seq": 1,
        "prev": "",
        "agreement": None,
        "issued": NOW,
        "subject": "MM-2026-000001",
        "body": {"goods": "ဆန်", "net_mass_kg": "24800.000", "packages": 500},
    }
    return Record(**{**members, **changes})


def record_token(**changes) -> str:
    return sign_record(make_record(**changes), mm().seal_key, mm().kid)


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64(segment: str) -> bytes:
    return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def forge(header: dict[str, object] | bytes, payload: bytes = b"{}", signature: bytes = b"\1" * 64) -> str:
    """A token of any header, payload and signature, however wrong."""
    written = header if isinstance(header, bytes) else json.dumps(header).encode()
    return ".".join(b64(part) for part in (written, payload, signature))


def good_header(**changes) -> dict[str, object]:
    return {"alg": "ES256", "kid": "k" * 43, "typ": jws.RECORD, **changes}


def code_of(call: Callable[..., object], *arguments, **named) -> str:
    """The class and code with which a call is refused, such as ``Refused wire.jws.crit``."""
    with pytest.raises(IsthmusError) as caught:
        call(*arguments, **named)
    assert caught.value.message.endswith(".")
    return f"{type(caught.value).__name__} {caught.value.code}"
