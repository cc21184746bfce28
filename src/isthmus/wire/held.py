"""What a reader holds beside an artefact: cards, what became of their keys, tombstones, records."""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from isthmus.kit.errors import BadInput, Refused
from isthmus.wire import card as cards
from isthmus.wire import jws, key_history
from isthmus.wire.attestation import RevokedList
from isthmus.wire.evidence import Witness
from isthmus.wire.record import read_record
from isthmus.wire.tombstone import Erasure, read_tombstone


@dataclass(frozen=True, slots=True)
class Given:
    """The same as it was given, each a text.

    ``keys`` are certificates in PEM, roll-overs and revocations; ``records`` what a proof should be about;
    ``named_by`` the record that names a file. ``key`` opens a bundle. ``revoked`` are lists of certificates
    of attendance that count no more.
    """

    cards: Sequence[str] = ()
    keys: Sequence[str] = ()
    tombstones: Sequence[str] = ()
    records: Sequence[str] = ()
    named_by: str = ""
    key: EllipticCurvePrivateKey | None = None
    revoked: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """What was given, read and checked: one witness for each node that a card is held of."""

    witnesses: tuple[Witness, ...] = ()
    erasures: tuple[Erasure, ...] = ()
    records: tuple[str, ...] = ()
    revoked: tuple[RevokedList, ...] = ()

    def of_key(self, kid: str) -> Witness | None:
        """The witness that knows a key; the first where none does, None without any card."""
        return next((found for found in self.witnesses if kid in found.known), self.first)

    def of_node(self, node: str) -> Witness | None:
        """The witness of a node; None where no card of it is held."""
        return next((found for found in self.witnesses if found.node == node), None)

    @property
    def first(self) -> Witness | None:
        """The witness of the card that was given first."""
        return self.witnesses[0] if self.witnesses else None


def hold(given: Given) -> Held:
    """Read and check what was given.

    Raises what ``read_card``, ``key_history.learn`` and ``read_tombstone`` raise; Refused
    ``wire.verify.other-root`` for two cards of a node under different roots; BadInput
    ``wire.verify.card-needed`` for keys without a card.
    """
    if given.keys and not given.cards:
        raise BadInput(
            "wire.verify.card-needed",
            "Keys of a node can only be checked with its card.",
            next_step="Give the card with --card.",
        )
    witnesses: dict[str, Witness] = {}
    for token in given.cards:
        card = cards.read_card(token.strip())
        witness = witnesses.setdefault(card.id, Witness(card))
        if witness.card is not card:
            _join(witness, card)
    key_history.learn(witnesses.values(), given.keys)
    held = Held(tuple(witnesses.values()))
    erasures = tuple(_erasure(token.strip(), held) for token in given.tombstones)
    revoked = tuple(_revoked(token.strip(), held) for token in given.revoked)
    return Held(held.witnesses, erasures, tuple(text.strip() for text in given.records), revoked)


def _join(witness: Witness, card: cards.NodeCard) -> None:
    """Know the keys of a further card of the same node; which key is the present one the first card says."""
    if card.root_certificate() != witness.root:
        raise Refused(
            "wire.verify.other-root", f"The two cards of {witness.node} stand under different roots."
        )
    for cert in Witness(card).known.values():
        witness.add(cert)


def _revoked(token: str, held: Held) -> RevokedList:
    unverified = jws.parse(token, typ=jws.REVOKED)
    listed = RevokedList.from_bytes(unverified.payload)
    witness = held.of_node(listed.sender)
    if witness is None:
        raise BadInput(
            "wire.verify.card-needed",
            f"A list of {listed.sender} can only be checked with its card.",
            next_step="Give the card with --card.",
        )
    witness.check(unverified, witness.read(unverified))
    return listed


def _erasure(token: str, held: Held) -> Erasure:
    unverified, record = read_record(token)
    witness = held.of_node(record.sender) or held.of_key(unverified.kid)
    if witness is not None:
        witness.check(unverified, witness.read(unverified))
    return read_tombstone(record)
