"""A statement about a topic as the rules see it, and the one order in which all nodes read statements."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """Who said what when. ``sort`` is topic, interest, gate or contribution; ``body`` the record's body.

    ``key`` tells statements of one moment apart: the same on every node.
    """

    node: str
    sort: str
    at: datetime
    body: Mapping[str, Any]
    key: str = ""
    country: str = field(default="")


def in_order(statements: Iterable[Said]) -> list[Said]:
    """By time, then by node and key: the order does not depend on how they arrived."""
    return sorted(statements, key=lambda one: (one.at, one.node, one.sort, one.key))


def digest_of(topic: str, gate: str, kind: str, terms: Mapping[str, Any]) -> str:
    """What countries sign at a gate: SHA-256 (hex) of JSON with names in order and no spaces; no floats.

    Parts of the text that are not given count as absent, so that ``null`` and nothing are the same text.
    """
    given = {name: value for name, value in terms.items() if value is not None}
    whole = {"topic": topic, "gate": gate, "kind": kind, "terms": given}
    written = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(written.encode()).hexdigest()
