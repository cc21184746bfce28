"""Identifiers: UUIDv7 for records, short lower-case names for nodes."""

import os
import re
import time
from uuid import UUID

NODE_ID_PATTERN = r"^[a-z][a-z0-9-]{1,30}$"
_NODE_ID = re.compile(NODE_ID_PATTERN, re.ASCII)


def uuid7() -> UUID:
    """A time-ordered UUID (RFC 9562, section 5.7): 48 bits of Unix milliseconds, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (1 << 48) - 1) << 80 | random
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def is_node_id(text: str) -> bool:
    """Whether ``text`` can name a node: 2 to 31 lower-case letters, digits and hyphens, a letter first."""
    return _NODE_ID.fullmatch(text) is not None and not text.endswith("\n")
