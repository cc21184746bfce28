"""The node card: what a node tells the others about itself, signed by itself.

A card proves that whoever holds the seal key wrote it, under the root it names. That this root belongs to the
country it claims is settled by people: one side prints the fingerprint's twelve words, the other types them.
"""

from functools import lru_cache
from typing import Annotated, ClassVar

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from mnemonic import Mnemonic
from pydantic import Field

from isthmus.kit.errors import Refused
from isthmus.wire import jws, keys
from isthmus.wire.model import AS_ARRAY, NodeId, WireModel, WireTime
from isthmus.wire.sealing import PrivateKey

FINGERPRINT_BYTES = 16
_LONGEST_PEM = 4096
_RECORD_TYPE = r"^[a-z]+(\.[a-z][a-z0-9-]*)+/[1-9][0-9]{0,3}$"

Pem = Annotated[str, Field(min_length=1, max_length=_LONGEST_PEM)]
RecordType = Annotated[str, Field(pattern=_RECORD_TYPE, max_length=90)]


class NodeCard(WireModel):
    """A node's id, names, address, certificates (PEM) and the record types it offers, ``type/version``."""

    noun: ClassVar[str] = "card"

    id: NodeId
    name: Annotated[str, Field(min_length=1, max_length=64)]
    country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")]
    url: Annotated[str, Field(pattern=r"^https?://[^\s/?#@]+$", max_length=200)]
    reachable: bool
    root: Pem
    seal: Pem
    encryption: Pem
    log: Pem
    record_types: Annotated[tuple[RecordType, ...], AS_ARRAY, Field(max_length=1000)]
    issued: WireTime

    @property
    def node(self) -> str:
        """The node's id, by the name other statements call it."""
        return self.id

    def certificate(self, purpose: keys.Purpose) -> x509.Certificate:
        """The parsed certificate for one purpose."""
        return _parsed({"seal": self.seal, "encryption": self.encryption, "log": self.log}[purpose])

    def root_certificate(self) -> x509.Certificate:
        """The parsed root."""
        return _parsed(self.root)


@lru_cache(maxsize=256)
def _parsed(pem: str) -> x509.Certificate:
    return keys.load_certificate(pem)


def sign_card(card: NodeCard, seal_key: PrivateKey) -> str:
    """The card as a token under the seal certificate it names.

    Raises what ``read_card`` would raise on the result, so that a node never hands out a card that others
    refuse.
    """
    token = jws.sign(
        card.to_bytes(), key=seal_key, kid=keys.thumbprint(card.certificate("seal")), typ=jws.CARD
    )
    read_card(token)
    return token


def read_card(token: str) -> NodeCard:
    """The card, once it agrees with itself: root, chain of the three certificates at ``issued``, signature.

    Raises what ``jws.parse``, ``keys.check_root``, ``keys.check_chain`` and ``jws.verify`` raise, BadInput
    ``wire.card.invalid``, Refused ``trust.card.node`` where the root is another node's or country's, or
    ``trust.card.key`` where the seal certificate is not the one it was signed under.
    """
    unverified = jws.parse(token, typ=jws.CARD)
    card = NodeCard.from_bytes(unverified.payload)
    root, seal = card.root_certificate(), card.certificate("seal")
    keys.check_root(root, card.issued)
    if (keys.node_of(root), keys.country_of(root)) != (card.id, card.country):
        raise Refused("trust.card.node", f"The card of {card.id} names the root of another node or country.")
    for purpose in keys.PURPOSES:
        keys.check_chain(card.certificate(purpose), root, purpose, card.issued)
    if unverified.kid != keys.thumbprint(seal):
        raise Refused("trust.card.key", "The card was not signed under the seal certificate it names.")
    jws.verify(unverified, seal.public_key())
    return card


def fingerprint(card: NodeCard) -> bytes:
    """The first 16 bytes of SHA-256 over the root certificate's DER."""
    return card.root_certificate().fingerprint(SHA256())[:FINGERPRINT_BYTES]


@lru_cache(maxsize=1)
def _word_list() -> Mnemonic:
    return Mnemonic("english")


def fingerprint_words(card: NodeCard) -> str:
    """The fingerprint as 12 English words of BIP-39; the last one holds a checksum of 4 bits."""
    return str(_word_list().to_mnemonic(fingerprint(card)))


def same_words(typed: str, card: NodeCard) -> bool:
    """Whether a person typed the card's words, in any case and with any spacing."""
    return typed.casefold().split() == fingerprint_words(card).split()
