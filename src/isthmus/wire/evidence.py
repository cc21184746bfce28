"""What can be found out about a signed artefact, and the checks that lead there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from isthmus.kit.clock import to_text
from isthmus.kit.errors import Refused
from isthmus.wire import checkpoint, cosignature, jws, keys
from isthmus.wire.attestation import RevokedList
from isthmus.wire.card import NodeCard
from isthmus.wire.checkpoint import Checkpoint
from isthmus.wire.file_statement import FileStatement
from isthmus.wire.jws import Unverified
from isthmus.wire.receipt import Receipt, Refusal
from isthmus.wire.record import Record, leaf_hash

Details = tuple[tuple[str, str], ...]
Statement = Record | Receipt | Refusal | FileStatement | RevokedList

MODELS: dict[str, type[Statement]] = {
    jws.RECORD: Record,
    jws.RECEIPT: Receipt,
    jws.REFUSAL: Refusal,
    jws.FILE: FileStatement,
    jws.REVOKED: RevokedList,
}
NO_CARD = (
    "Its form is sound, but only the card of the node that signed it can show who that was and that no value "
    "was changed."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about one artefact.

    ``signer`` is the node's id once its signature is proved, else None. ``problem`` says why a finding is not
    ``ok``. ``erased`` names the tombstone where the text is gone and its leaf alone was looked for.
    """

    kind: str
    intact: bool
    signer: str | None
    details: Details
    problem: str = ""
    erased: str = ""

    @property
    def ok(self) -> bool:
        """Whether the artefact is intact and its signer known."""
        return self.intact and self.signer is not None

    def as_json(self) -> dict[str, object]:
        """The finding as plain JSON members."""
        return {
            "kind": self.kind,
            "ok": self.ok,
            "intact": self.intact,
            "signer": self.signer,
            "problem": self.problem,
            "erased": self.erased,
            "details": dict(self.details),
        }

    def as_text(self) -> str:
        """The finding in words, then its details, each on a line."""
        if self.ok and self.erased:
            verdict = f"erased under {self.erased} of {self.signer}, not altered"
        elif self.ok:
            verdict = f"intact, signed by {self.signer}"
        elif self.intact:
            verdict = f"intact, signer unknown: {self.problem}"
        else:
            verdict = f"not verified: {self.problem}"
        width = max((len(name) for name, _ in self.details), default=0)
        return "\n".join([f"{self.kind}: {verdict}", *(f"  {n:<{width}}  {v}" for n, v in self.details)])


class Witness:
    """The keys that a node's card vouches for, and what roll-overs and revocations since say about them."""

    def __init__(self, card: NodeCard) -> None:
        self.card = card
        self.node = card.id
        self.root = card.root_certificate()
        self.current = {purpose: card.certificate(purpose) for purpose in keys.PURPOSES}
        self.known = {keys.thumbprint(cert): cert for cert in self.current.values()}
        self.begins: dict[str, datetime] = {}
        self.ends: dict[str, datetime] = {}
        self.revoked: dict[str, datetime] = {}

    def add(self, cert: x509.Certificate) -> None:
        """Know another certificate under the node's root; Refused where it is none, for its own purpose."""
        purpose = keys.purpose_of(cert)
        if purpose is None:
            raise Refused("wire.verify.certificate", "A certificate names no purpose that is known here.")
        keys.check_chain(cert, self.root, purpose, cert.not_valid_before_utc)
        self.known[keys.thumbprint(cert)] = cert

    def succeed(self, old: x509.Certificate, new: x509.Certificate, at: datetime) -> None:
        """Let a certificate take over from another; what the old one signed before still counts."""
        old_kid, new_kid = keys.thumbprint(old), keys.thumbprint(new)
        self.ends[old_kid], self.begins[new_kid] = at, at
        self.known[new_kid] = new
        for purpose, cert in self.current.items():
            if cert == old:
                self.current[purpose] = new

    def check_in_force(self, cert: x509.Certificate, at: datetime) -> None:
        """Refused unless ``cert`` spoke for the node at ``at``, as far as roll-overs and revocations say.

        Codes ``wire.verify.revoked``, ``wire.verify.superseded``, ``wire.verify.not-in-force``.
        """
        kid, purpose = keys.thumbprint(cert), keys.purpose_of(cert)
        for code, moment, crossed, words in (
            ("revoked", self.revoked.get(kid), at.__ge__, "was revoked from"),
            ("superseded", self.ends.get(kid), at.__gt__, "gave way to its successor at"),
            ("not-in-force", self.begins.get(kid), at.__lt__, "took over at"),
        ):
            if moment is not None and crossed(moment):
                raise Refused(
                    f"wire.verify.{code}",
                    f"The {purpose} key of {self.node} {words} {to_text(moment)}; it was used {to_text(at)}.",
                )

    def seal_of(self, unverified: Unverified) -> x509.Certificate:
        """The seal certificate that a token names; Refused ``wire.verify.other-key`` for one unknown here."""
        seal = self.known.get(unverified.kid)
        if seal is None or keys.purpose_of(seal) != "seal":
            raise Refused(
                "wire.verify.other-key",
                f"It was signed under a key that the card of {self.node} does not name.",
            )
        return seal

    def check_seal(self, seal: x509.Certificate, at: datetime) -> None:
        """Refused unless the root issued ``seal`` as such and it was valid and in force at ``at``."""
        keys.check_chain(seal, self.root, "seal", at)
        self.check_in_force(seal, at)

    def read(self, unverified: Unverified) -> Statement:
        """The statement in a token, once its signature holds.

        The signature before the content: a changed value is named as such, whatever else it breaks.
        """
        jws.verify(unverified, self.seal_of(unverified).public_key())
        return MODELS[unverified.typ].from_bytes(unverified.payload)

    def check(self, unverified: Unverified, statement: Statement) -> None:
        """Refused unless the signer speaks for itself, with a key valid then; a receipt's note as well."""
        if statement.sender != self.node:
            raise Refused(
                "wire.verify.other-node", f"It speaks for {statement.sender}, but {self.node} signed it."
            )
        self.check_seal(self.seal_of(unverified), statement.issued)
        if isinstance(statement, Receipt):
            self.check_note(statement.checkpoint)

    def log_keys(self) -> list[x509.Certificate]:
        """The node's log certificates that are known, the present one first."""
        known = [cert for cert in self.known.values() if keys.purpose_of(cert) == "log"]
        return sorted(known, key=lambda cert: cert != self.current["log"])

    def log_key(self, lines: Sequence[checkpoint.NoteSignature], kind: bytes) -> x509.Certificate:
        """Whichever of the node's log certificates made one of these lines; the present one if none did."""
        origin = checkpoint.origin_of(self.node)
        named = {(line.name, line.key_id) for line in lines}
        for cert in self.log_keys():
            public_key = cert.public_key()
            if (
                isinstance(public_key, Ed25519PublicKey)
                and (origin, checkpoint.key_id(origin, public_key, kind)) in named
            ):
                return cert
        return self.current["log"]

    def check_note(self, note: str) -> Checkpoint:
        """The head of this node's log in a note that its log key signed; Refused for any other."""
        origin = checkpoint.origin_of(self.node)
        log = self.log_key(checkpoint.open_note(note)[1], checkpoint.ED25519)
        head = checkpoint.verify_checkpoint(note, name=origin, public_key=log.public_key())
        if head.origin != origin:
            raise Refused(
                "wire.verify.other-log", f"The checkpoint is of the log {head.origin}, not of {origin}."
            )
        keys.check_chain(log, self.root, "log", head.issued)
        self.check_in_force(log, head.issued)
        return head

    def check_cosignature(self, note: str) -> datetime:
        """When this node cosigned another log's head; Refused where it did not, or with no key in force."""
        log = self.log_key(checkpoint.open_note(note)[1], cosignature.COSIGNATURE)
        name = checkpoint.origin_of(self.node)
        _, at = cosignature.verify_cosignature(note, name=name, public_key=log.public_key())
        keys.check_chain(log, self.root, "log", at)
        self.check_in_force(log, at)
        return at


def describe(unverified: Unverified, statement: Statement) -> Details:
    """A statement's members that a reader looks for first."""
    if isinstance(statement, FileStatement):
        return (
            ("name", statement.name),
            ("media type", statement.media_type),
            ("from", statement.sender),
            ("issued", to_text(statement.issued)),
        )
    if isinstance(statement, RevokedList):
        return (
            ("from", statement.sender),
            ("issued", to_text(statement.issued)),
            ("certificates", str(len(statement.revoked))),
        )
    shared = (
        ("id", str(statement.id)),
        ("from", statement.sender),
        ("to", statement.receiver),
        ("stream", statement.stream),
        ("issued", to_text(statement.issued)),
    )
    if isinstance(statement, Record):
        return (
            *shared,
            ("seq", str(statement.seq)),
            ("type", f"{statement.type}/{statement.version}"),
            ("subject", statement.subject),
            ("agreement", str(statement.agreement or "none")),
            ("leaf", leaf_hash(unverified.token).hex()),
        )
    if isinstance(statement, Receipt):
        refused = [f"{v.seq} {v.code}" for v in statement.verdicts if v.status == "refused"]
        return (
            *shared,
            ("records", f"{statement.from_seq} to {statement.to_seq}"),
            ("accepted", str(len(statement.verdicts) - len(refused))),
            ("refused", ", ".join(refused) or "none"),
        )
    return (*shared, ("code", statement.code), ("reason", statement.reason))
