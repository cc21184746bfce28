"""Another country's node, made of the wire alone: what a test needs to speak to this node as a partner."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.x509 import Certificate

from isthmus.kit import clock
from isthmus.kit.ids import uuid7
from isthmus.wire import keys
from isthmus.wire.bundle import BundleContent, open_bundle, write_bundle
from isthmus.wire.card import NodeCard, fingerprint_words, sign_card
from isthmus.wire.checkpoint import Checkpoint, origin_of, sign_checkpoint
from isthmus.wire.merkle import Frontier
from isthmus.wire.receipt import Receipt, Refusal, Verdict, sign_receipt, sign_refusal
from isthmus.wire.record import Record, leaf_hash, read_record, sign_record, stream_name
from isthmus.wire.request import sign_request
from isthmus.wire.revocation import sign_revocation

KEYS_MADE = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class ForeignNode:
    """A node with its own keys, log and outgoing stream towards the node under test (``mm``)."""

    node_id: str = "cn"
    name: str = "China test node"
    country: str = "CN"
    url: str = "http://cn.example"
    reachable: bool = True
    partner: str = "mm"
    keys_made: datetime = KEYS_MADE
    seq: int = 0
    prev: str = ""
    frontier: Frontier = field(default_factory=Frontier)

    def __post_init__(self) -> None:
        self.root_key = root_key = keys.generate_p256()
        self.root = keys.issue_root(
            self.node_id, self.name, self.country, root_key, now=self.keys_made, years=20
        )
        self.seal_key, self.encryption_key = keys.generate_p256(), keys.generate_p256()
        self.log_key = keys.generate_ed25519()
        private = {"seal": self.seal_key, "encryption": self.encryption_key, "log": self.log_key}
        self.certificates = {
            purpose: keys.issue_certificate(
                purpose, key.public_key(), self.root, root_key, now=self.keys_made, years=5
            )
            for purpose, key in private.items()
        }
        self.kid = keys.thumbprint(self.certificates["seal"])

    @property
    def card(self) -> NodeCard:
        return NodeCard(
            id=self.node_id,
            name=self.name,
            country=self.country,
            url=self.url,
            reachable=self.reachable,
            root=keys.to_pem(self.root),
            seal=keys.to_pem(self.certificates["seal"]),
            encryption=keys.to_pem(self.certificates["encryption"]),
            log=keys.to_pem(self.certificates["log"]),
            record_types=(),
            issued=clock.now(),
        )

    @property
    def card_token(self) -> str:
        return sign_card(self.card, self.seal_key)

    @property
    def words(self) -> str:
        return fingerprint_words(self.card)

    @property
    def stream(self) -> str:
        return stream_name(self.node_id, self.partner)

    def record(self, kind: str, body: dict[str, Any], *, subject: str = "subject", **changes: Any) -> Record:
        """The next record of this node's stream, unsigned; ``changes`` replace envelope members."""
        name, _, version = kind.partition("/")
        members: dict[str, Any] = {
            "id": uuid7(),
            "type": name,
            "version": int(version),
            "sender": self.node_id,
            "receiver": self.partner,
            "stream": self.stream,
            "seq": self.seq + 1,
            "prev": self.prev,
            "agreement": None,
            "issued": clock.now(),
            "subject": subject,
            "body": body,
        }
        return Record(**{**members, **changes})

    def send(self, kind: str, body: dict[str, Any], **changes: Any) -> str:
        """Sign the next record and move the stream on; returns the token."""
        token = sign_record(self.record(kind, body, **changes), self.seal_key, self.kid)
        self.seq, self.prev = self.seq + 1, leaf_hash(token).hex()
        return token

    def sign(self, record: Record) -> str:
        return sign_record(record, self.seal_key, self.kid)

    def checkpoint(self) -> str:
        head = Checkpoint(origin_of(self.node_id), self.frontier.size, self.frontier.root(), clock.now())
        return sign_checkpoint(head, name=origin_of(self.node_id), key=self.log_key)

    def receipt(
        self, tokens: list[str], *, status: str = "accepted", code: str = "", reason: str = ""
    ) -> str:
        """Accept (or refuse) a run of the other side's tokens, as an honest receiver would."""
        verdicts = []
        for token in tokens:
            _, record = read_record(token)
            self.frontier, _ = self.frontier.append(leaf_hash(token))
            verdicts.append(
                Verdict(seq=record.seq, leaf=leaf_hash(token).hex(), status=status, code=code, reason=reason)
            )
        epoch = int(record.stream.rpartition("#")[2])
        return self.sign_receipt(verdicts, stream=stream_name(self.partner, self.node_id, epoch))

    def sign_receipt(self, verdicts: list[Verdict], **changes: Any) -> str:
        members: dict[str, Any] = {
            "id": uuid7(),
            "sender": self.node_id,
            "receiver": self.partner,
            "stream": stream_name(self.partner, self.node_id),
            "from_seq": verdicts[0].seq,
            "to_seq": verdicts[-1].seq,
            "verdicts": tuple(verdicts),
            "checkpoint": self.checkpoint(),
            "issued": clock.now(),
        }
        return sign_receipt(Receipt(**{**members, **changes}), self.seal_key, self.kid)

    def refusal(
        self,
        code: str,
        *,
        seq: int | None = None,
        expected: int | None = None,
        issued: datetime | None = None,
    ) -> str:
        content = Refusal(
            id=uuid7(),
            sender=self.node_id,
            receiver=self.partner,
            stream=stream_name(self.partner, self.node_id),
            seq=seq,
            leaf="",
            other_leaf="",
            code=code,
            reason=f"{code} says the partner",
            expected=expected,
            issued=issued or clock.now(),
        )
        return sign_refusal(content, self.seal_key, self.kid)

    def successor(self, purpose: keys.Purpose, *, now: datetime | None = None) -> tuple[Any, Certificate]:
        """A new key for one purpose and its certificate."""
        key = keys.generate_ed25519() if purpose == "log" else keys.generate_p256()
        moment = now or clock.now()
        return key, keys.issue_certificate(
            purpose, key.public_key(), self.root, self.root_key, now=moment, years=5
        )

    def use(self, purpose: keys.Purpose, key: Any, certificate: Certificate) -> None:
        """Sign, or be written to, under this key from now on."""
        setattr(self, f"{purpose}_key", key)
        self.certificates[purpose] = certificate
        self.kid = keys.thumbprint(self.certificates["seal"])

    def roll(self, purpose: keys.Purpose, *, effective_from: datetime | None = None, **changes: Any) -> str:
        """Announce a new key in the stream, signed by the present seal, and use it; returns the token."""
        moment = clock.now()
        key, certificate = self.successor(purpose, now=moment)
        body = {
            "purpose": purpose,
            "old_kid": keys.thumbprint(self.certificates[purpose]),
            "certificate": keys.to_pem(certificate),
            "effective_from": clock.to_text(effective_from or moment),
        }
        token = self.send("exchange.key-rollover/1", body, **{"issued": moment, **changes})
        self.use(purpose, key, certificate)
        return token

    def revoke(self, certificate: Certificate, since: datetime, **changes: Any) -> str:
        """Revoke a key in the stream, signed by the present seal; returns the token."""
        since = since.replace(microsecond=0)
        crl = sign_revocation(
            certificate, self.root, self.root_key, revoked_from=since, ground="leaked", now=clock.now()
        )
        body = {
            "purpose": keys.purpose_of(certificate),
            "kid": keys.thumbprint(certificate),
            "revoked_from": clock.to_text(since),
            "ground": "leaked",
            "reason": "A laptop was stolen",
            "crl": crl,
            **changes,
        }
        return self.send("exchange.key-revocation/1", body)

    def bundle(
        self,
        tokens: Sequence[str] = (),
        *,
        encryption: Certificate,
        receipts: Sequence[str] = (),
        refusals: Sequence[str] = (),
        **changes: Any,
    ) -> bytes:
        """A bundle of these tokens, encrypted for the node of ``encryption``."""
        content = BundleContent(
            changes.pop("checkpoint", None) or self.checkpoint(),
            records=tuple(tokens),
            receipts=tuple(receipts),
            refusals=tuple(refusals),
            erased=changes.pop("erased", ()),
            attachments=changes.pop("attachments", ()),
            keys=changes.pop("keys", ()),
            held=changes.pop("held", ()),
            recovery=changes.pop("recovery", ()),
        )
        members: dict[str, Any] = {
            "seal": self.certificates["seal"],
            "seal_key": self.seal_key,
            "created": clock.now(),
        }
        return write_bundle(content, encryption=encryption, **{**members, **changes})

    def open(self, data: bytes, seal: Certificate) -> BundleContent:
        """What the other side's bundle holds for this node."""
        return open_bundle(io.BytesIO(data), node=self.node_id, encryption_key=self.encryption_key, seal=seal)

    def authorization(self, method: str, target: str, body: bytes = b"", **changes: Any) -> str:
        claim: dict[str, Any] = {
            "issuer": self.node_id,
            "audience": self.partner,
            "method": method,
            "target": target,
            "body": body,
            "now": clock.now(),
            "lifetime": timedelta(minutes=5),
            "key": self.seal_key,
            "kid": self.kid,
        }
        return f"Isthmus {sign_request(**{**claim, **changes})}"


def terms(
    agreement: UUID | None = None,
    *,
    grants: list[tuple[str, str, str, list[str]]],
    parties: tuple[str, ...] = ("cn", "mm"),
    **changes: Any,
) -> dict[str, Any]:
    """The JSON of an agreement; a grant is (record type, sender, receiver, fields)."""
    members: dict[str, Any] = {
        "agreement": str(agreement or uuid7()),
        "title": "Sharing of export declarations",
        "purpose": "Clearing goods before they arrive",
        "legal_basis": "Sample memorandum of understanding",
        "parties": list(parties),
        "grants": [
            {"record_type": kind, "sender": sender, "receiver": receiver, "fields": sorted(fields)}
            for kind, sender, receiver, fields in grants
        ],
        "retention_days": 365,
        "onward_sharing": "never",
        "valid_from": "2026-01-01T00:00:00Z",
        "valid_until": "2036-01-01T00:00:00Z",
    }
    return {**members, **changes}
