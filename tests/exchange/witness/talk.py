"""A foreign node that witnesses: it says its part of a call over HTTP, and looks at the answer."""

from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client

from isthmus.kit import clock
from isthmus.kit.ids import uuid7
from isthmus.trust.models import KeyPurpose, OwnKey
from isthmus.trust.services import confirm, introduce
from isthmus.wire import keys
from isthmus.wire.checkpoint import origin_of, read_checkpoint
from isthmus.wire.cosignature import cosign
from isthmus.wire.witness import WitnessMessage, digest, read_message, sign_message
from tests.exchange.witness.logs import Log
from tests.foreign import ForeignNode

TARGET = "/exchange/v1/witness"


def confirmed(node_id: str) -> ForeignNode:
    """Another confirmed partner of the node under test."""
    node = ForeignNode(
        node_id=node_id, name=f"Test node {node_id}", country="", url=f"http://{node_id}.example"
    )
    confirm(introduce(node.card_token, actor="test"), node.words, actor="test")
    return node


def own_log_key() -> Ed25519PublicKey:
    """The log key of the node under test."""
    certificate = OwnKey.objects.get(purpose=KeyPurpose.LOG, retired_at=None).certificate
    key = keys.load_certificate(certificate).public_key()
    assert isinstance(key, Ed25519PublicKey)
    return key


@dataclass
class Talker:
    """A foreign node, its log, and the newest note of our log that it cosigned."""

    node: ForeignNode
    log: Log = field(default_factory=Log)
    cosigned: str = ""

    def message(self, **changes: Any) -> str:
        """This node's signed part of a call."""
        members: dict[str, Any] = {
            "id": uuid7(),
            "sender": self.node.node_id,
            "receiver": "mm",
            "reply_to": "",
            "checkpoint": self.log.note(self.node),
            "cosigned": self.cosigned,
            "proofs": (),
            "heads": (),
            "questions": (),
            "gossip": (),
            "known": None,
            "issued": clock.now(),
        }
        message = WitnessMessage(**{**members, **changes})
        return sign_message(message, self.node.seal_key, self.node.kid)

    def post(self, body: bytes, content_type: str = "application/jose") -> Any:
        headers = {"Authorization": self.node.authorization("POST", TARGET, body)}
        return Client().post(TARGET, body, content_type=content_type, headers=headers)

    def say(self, **changes: Any) -> WitnessMessage:
        """Call the node under test; returns its answer, which must be about this very message."""
        token = self.message(**changes)
        response = self.post(token.encode("ascii"))
        assert response.status_code == 200, response.content
        _, answer = read_message(response.content.decode("ascii").strip())
        assert (answer.sender, answer.receiver, answer.reply_to) == ("mm", self.node.node_id, digest(token))
        return answer

    def cosign(self, note: str) -> str:
        """Cosign a note of the node under test, as it should be done after looking."""
        self.cosigned = cosign(note, name=origin_of(self.node.node_id), key=self.node.log_key, at=clock.now())
        return self.cosigned

    def greet(self) -> WitnessMessage:
        """A first call and the one that hands back the cosignature and answers what was asked."""
        answer = self.say()
        self.cosign(answer.checkpoint)
        sizes = [read_checkpoint(note).size for note in answer.questions]
        return self.say(proofs=tuple(self.log.proof(size) for size in sizes))
