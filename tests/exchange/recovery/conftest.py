"""A node that has forgotten what it did last, and a partner that has not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction

from isthmus.apps.etrade.models import Declaration, Origin, Sending
from isthmus.apps.etrade.records import ExportDeclarationV1
from isthmus.exchange import tokens
from isthmus.exchange.models import Agreement, Alarm, Direction, Record, Stream
from isthmus.exchange.services import Outgoing, publish
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.recovery.exchange_form import GivenBack
from isthmus.exchange.services.settle import settle
from isthmus.kit import clock
from isthmus.kit.ids import uuid7
from isthmus.trust.models import Partner
from isthmus.wire.receipt import Refusal, sign_refusal
from isthmus.wire.record import leaf_hash, read_record
from tests.foreign import ForeignNode

KIND = "etrade.export-declaration/1"


def body(number: str) -> dict[str, Any]:
    return {"declaration_number": number, "items": [{"number": 1}]}


def item(number: str) -> Outgoing:
    return Outgoing(KIND, ExportDeclarationV1.model_validate(body(number)), number)


def alarms() -> set[str]:
    """The codes of the alarms that are open."""
    return set(Alarm.objects.filter(cleared_at=None).values_list("code", flat=True))


class Forgotten(Exception):
    """Rolls back what the node will not remember."""


def forget(act: Callable[[], Any]) -> Any:
    """Do something in this node and let it forget it; returns what came of it."""
    found = None
    try:
        with transaction.atomic():
            found = act()
            raise Forgotten
    except Forgotten:
        return found


@dataclass
class Lost:
    """What the partner holds of this node's stream behind what this node still knows."""

    cn: ForeignNode
    partner: Partner
    agreed: Agreement
    known: list[str]
    tokens: list[str]
    receipt: str
    own_receipts: list[str] = field(default_factory=list)
    sent: int = 1
    theirs: str = ""

    def cn_token(self) -> str:
        """The partner's record that this node judged, receipted and forgot."""
        return self.theirs

    def position(self, expected: int, stream: str = "mm>cn#1", leaf: str = "") -> str:
        """The partner's signed statement of how far it got."""
        content = Refusal(
            id=uuid7(),
            sender="cn",
            receiver="mm",
            stream=stream,
            seq=None,
            leaf="",
            other_leaf=leaf,
            code="exchange.position",
            reason="cn holds it",
            expected=expected,
            issued=clock.now(),
        )
        return sign_refusal(content, self.cn.seal_key, self.cn.kid)

    @property
    def last(self) -> int:
        return len(self.known) + len(self.tokens)

    @property
    def last_leaf(self) -> str:
        return leaf_hash([*self.known, *self.tokens][-1]).hex()

    def given(self, **changes: Any) -> GivenBack:
        """What an honest partner gives back in one portion."""
        members: dict[str, Any] = {
            "stream": "mm>cn#1",
            "newest": "mm>cn#1",
            "position": self.last,
            "leaf": self.last_leaf,
            "sent": self.sent,
            "records": self.tokens,
            "answers": [self.receipt, self.position(self.last + 1, leaf=self.last_leaf)],
            "own_receipts": self.own_receipts,
        }
        return GivenBack(**{**members, **changes})


def texts(stream: Stream) -> list[str]:
    rows = Record.objects.filter(stream=stream, seq__gt=0).order_by("seq")
    return [tokens.text_of(row.leaf) or "" for row in rows]


def outgoing() -> Stream:
    return Stream.objects.select_related("partner").filter(direction=Direction.OUT).order_by("-epoch")[0]


def incoming() -> Stream:
    return Stream.objects.select_related("partner").filter(direction=Direction.IN).order_by("-epoch")[0]


@pytest.fixture
def lost(cn: ForeignNode, partner: Partner, agreed: Agreement) -> Lost:
    """Two declarations are known here and receipted; three later ones, and a receipt given, are forgotten."""
    for number in ("EX-0", "EX-1"):
        declaration = Declaration.objects.create(
            origin=Origin.OWN, number=number, items=1, body=body(number), received_at=clock.now()
        )
        (row,) = publish([item(number)], to=["cn"])
        Sending.objects.create(declaration=declaration, partner="cn", leaf=row.leaf, sent_at=row.issued)
    known = texts(outgoing())
    settle(outgoing(), [cn.receipt(known)])

    theirs = cn.send(KIND, body("CN-1"), subject="CN-1", agreement=agreed.uuid)

    def later() -> tuple[list[str], list[str]]:
        publish([item(f"EX-{number}") for number in (2, 3, 4)], to=["cn"])
        given = receive(partner, [theirs])
        return texts(outgoing())[len(known) :], given

    tokens_lost, own_receipts = forget(later)
    receipt = cn.receipt(tokens_lost)
    return Lost(cn, partner, agreed, known, tokens_lost, receipt, own_receipts, sent=2, theirs=theirs)


def numbers_of(token_texts: list[str]) -> list[int]:
    return [read_record(token)[1].seq for token in token_texts]
