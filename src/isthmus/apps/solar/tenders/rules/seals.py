"""Seals of quotes: a commitment that binds its maker and tells nothing (SHA-256 of salt and canonical quote).

The sealed text names tender, quote and maker, so that a seal that was copied from another cannot be opened.
"""

import json
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

SALT_BYTES = 32


def canonical(offer: Mapping[str, Any]) -> bytes:
    """The one written form of an offer: JSON, names in order, no spaces, UTF-8; it holds no floats."""
    return json.dumps(offer, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def new_salt() -> str:
    """A salt, in hexadecimal."""
    return secrets.token_hex(SALT_BYTES)


def seal_of(salt: str, offer: Mapping[str, Any]) -> str:
    """The seal of an offer under a salt in hexadecimal; ValueError where the salt is none."""
    raw = bytes.fromhex(salt)
    if len(raw) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return sha256(raw + canonical(offer)).hexdigest()
