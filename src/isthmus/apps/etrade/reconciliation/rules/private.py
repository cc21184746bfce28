"""Private matching: which shipments both sides know, before either shows a record.

Each side turns what identifies a shipment into HMAC-SHA-256 tokens (RFC 2104, FIPS 180-4) under a secret
that only the two nodes of a corridor share, and sends them. Equal tokens are hits; what a hit may open is
for the agreement to say. This is minimisation, not anonymity: whoever holds the secret can try every value
that a plate or a bin can have.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from isthmus.apps.etrade.reconciliation.rules.names import mark_key

LEAST_SECRET_BYTES = 32
_BIN_EDGES_PER_DOUBLING = 8
_UNIT_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a declared item is matched privately; ``hs`` in digits, ``net_grams`` above 0 where known."""

    transport_doc: str | None = None
    container: str | None = None
    plate: str | None = None
    hs: str | None = None
    net_grams: int | None = None


def traits_of(
    transport_doc: str | None, containers: Iterable[str], plate: str | None, hs: str, net_kg: str | None
) -> list[Traits]:
    """What of an item is matched: all of it with its first container, and each further container by itself.

    ``net_kg`` is decimal text; less than a gram is no weight.
    """
    boxes = list(containers)
    grams = int(Decimal(net_kg) * 1000) if net_kg is not None else 0
    whole = Traits(transport_doc, boxes[0] if boxes else None, plate, hs, grams or None)
    return [whole, *(Traits(container=box) for box in boxes[1:])]


def is_sure(kinds: Collection[str]) -> bool:
    """Whether hits of these kinds name a shipment: a document or container does, else two of the others.

    A vehicle comes back every week, and many shipments of one subheading weigh about the same.
    """
    return bool({"doc", "container"} & set(kinds)) or len(set(kinds)) > 1


def weight_bin(net_grams: int) -> int:
    """The bin of a net weight: eight to each doubling, so that neighbours differ by about 9 per cent.

    The bins are steps of equal width inside each doubling and computed in whole numbers, so that both sides
    find the same one on any machine.
    """
    if net_grams < 1:
        raise ValueError("a net weight is one gram or more")
    doubling = net_grams.bit_length() - 1
    step = (net_grams * _BIN_EDGES_PER_DOUBLING >> doubling) - _BIN_EDGES_PER_DOUBLING
    return doubling * _BIN_EDGES_PER_DOUBLING + step


def tokens(traits: Traits, secret: bytes) -> frozenset[str]:
    """The tokens of one item to send, in hexadecimal: one for each trait it has, its own weight bin alone.

    ValueError where the secret has less than 32 bytes.
    """
    return frozenset(kinds_of_tokens(traits, secret))


def kinds_of_tokens(traits: Traits, secret: bytes) -> dict[str, str]:
    """`tokens` with what each is of: ``doc``, ``container``, ``plate`` or ``goods``, code and weight.

    ValueError where the secret has less than 32 bytes.
    """
    return {_token(secret, kind, value): kind for kind, value in _values(traits, 0)}


def kinds_of_candidates(traits: Traits, secret: bytes) -> dict[str, str]:
    """All tokens that an item answers to, with what each is of: those of the neighbouring bins as well."""
    return {
        _token(secret, kind, value): kind for shift in (-1, 0, 1) for kind, value in _values(traits, shift)
    }


def hits(own: Mapping[str, Traits], received: Iterable[str], secret: bytes) -> dict[str, frozenset[str]]:
    """By the id of each own item the received tokens that it answers to; items without any are left out.

    An own weight also answers to the neighbouring bins: two offices may weigh on either side of an edge.
    """
    there = frozenset(received)
    found = {}
    for number, traits in own.items():
        answering = there & kinds_of_candidates(traits, secret).keys()
        if answering:
            found[number] = answering
    return found


def _values(traits: Traits, shift: int) -> list[tuple[str, str]]:
    marks = (("doc", traits.transport_doc), ("container", traits.container), ("plate", traits.plate))
    found = [(kind, mark_key(mark)) for kind, mark in marks if mark is not None]
    if traits.hs is not None and traits.net_grams is not None:
        found.append(("goods", f"{traits.hs[:6]}{_UNIT_SEPARATOR}{weight_bin(traits.net_grams) + shift}"))
    return [(kind, value) for kind, value in found if value]


def _token(secret: bytes, kind: str, value: str) -> str:
    if len(secret) < LEAST_SECRET_BYTES:
        raise ValueError("the secret of a corridor has at least 32 bytes")
    return hmac.digest(secret, f"{kind}{_UNIT_SEPARATOR}{value}".encode(), hashlib.sha256).hex()
