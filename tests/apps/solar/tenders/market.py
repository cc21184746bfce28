"""A ministry that asks, firms that quote, and the partner ``cn``, made of the wire alone; sample data."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from isthmus.accounts.models import Officer, Organisation
from isthmus.apps.solar.models import Tender
from isthmus.apps.solar.tenders.body_queries import TYPES
from isthmus.apps.solar.tenders.rules import seals
from isthmus.apps.solar.tenders.services import asking
from isthmus.apps.solar.tenders.services.asking import Asked
from isthmus.exchange import registry, tokens
from isthmus.exchange.models import Agreement, Decision, Direction, Record
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services import agreements
from isthmus.exchange.services.inbox import receive
from isthmus.kit import clock
from isthmus.trust.models import Partner
from isthmus.wire import codec
from isthmus.wire.receipt import read_receipt
from isthmus.wire.record import read_record
from tests.foreign import ForeignNode, terms

LOTS = [
    {
        "lot": 1,
        "name": "Home systems for 500 Wh a day",
        "kind": "component-system",
        "count": 200,
        "wp": 180,
        "battery_wh": 1000,
        "battery": "lfp",
        "place": "Kano",
    },
    {
        "lot": 2,
        "name": "Lamp kits",
        "kind": "kit",
        "count": 500,
        "wp": 20,
        "battery_wh": 80,
        "battery": "lfp",
        "place": "Kano",
    },
]
DOCUMENT = {"kind": "IEC TS 62257-9-5", "number": "VS-SAMPLE-0017", "valid_until": "2031-12-31"}


def offer(**changes: Any) -> dict[str, Any]:
    """The members of an offer but those that say whose it is."""
    return {
        "currency": "CNY",
        "lines": [
            {"lot": 1, "product": "Sample 180/1000", "count": 200, "unit_price": "1450.00",
             "wp": 180, "battery_wh": 1024},
            {"lot": 2, "product": "Sample kit 20", "count": 500, "unit_price": "210.00",
             "wp": 20, "battery_wh": 90},
        ],
        "freight": "18000.00",
        "insurance": "1200.00",
        "incoterm": "CIF",
        "delivery_days": 60,
        "warranty_months": 24,
        "take_back": True,
        "valid_until": "2031-12-31",
        "documents": [DOCUMENT],
        "remark": "",
        **changes,
    }  # fmt: skip


@dataclass
class Market:
    """The people here, and the partner's side of the strip."""

    ministry: Organisation
    firm: Organisation
    rival: Organisation
    officer: Officer
    approver: Officer
    maker: Officer
    competitor: Officer
    cn: ForeignNode
    partner: Partner
    agreement: Agreement

    def hear(self, kind: str, body: dict[str, Any]) -> str:
        """A record of the partner arrives; empty, or the code of its refusal."""
        token = self.cn.send(kind, body, subject=body["tender"], agreement=self.agreement.uuid)
        return read_receipt(receive(self.partner, [token])[0])[1].verdicts[-1].code

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The bodies of a type that went to the partner."""
        rows = Record.objects.filter(type=kind.partition("/")[0], stream__direction=Direction.OUT)
        return [read_record(tokens.text_of(row.leaf))[1].body for row in rows.order_by("seq")]

    def ask(self, *, closes_in: timedelta = timedelta(days=1), **changes: Any) -> Tender:
        now = clock.now()
        asked = {
            "title": "Home systems for Kano (sample)",
            "closes": now + closes_in,
            "opens_until": now + closes_in + timedelta(days=7),
            "currency": "NGN",
            "lots": LOTS,
            "documents": [DOCUMENT["kind"]],
            **changes,
        }
        return asking.ask(Asked(**asked), organisation=self.ministry, to=["cn"], actor="officer")


@dataclass
class ForeignMaker:
    """A firm of the partner's with one quote."""

    tender: str
    reference: str = "a" * 32
    name: str = "Sample Sunrise Works"
    price: str = "1450.00"
    salt: str = "7" * 64

    @property
    def offer(self) -> dict[str, Any]:
        found = offer(tender=self.tender, quote=self.reference, maker=self.name, maker_name=self.name)
        found["lines"][0]["unit_price"] = self.price
        return found

    @property
    def seal(self) -> dict[str, Any]:
        return {
            "tender": self.tender,
            "quote": self.reference,
            "seal": seals.seal_of(self.salt, self.offer),
            "at": clock.to_text(clock.now()),
            "maker": self.name,
            "maker_name": self.name,
        }

    @property
    def quote(self) -> dict[str, Any]:
        return {"tender": self.tender, "quote": self.reference, "salt": self.salt, "offer": self.offer}


def request_from_abroad(closes: datetime, **changes: Any) -> dict[str, Any]:
    """A request of the partner."""
    return {
        "tender": "RFQ-2026-0031",
        "says": "asked",
        "at": clock.to_text(clock.now()),
        "title": "Systems for a district (sample)",
        "asker": "power",
        "asker_name": "Sample power ministry",
        "closes": clock.to_text(closes),
        "opens_until": clock.to_text(closes + timedelta(days=7)),
        "currency": "USD",
        "incoterm": "CIF",
        "warranty_months": 24,
        "take_back": True,
        "documents": [],
        "lots": LOTS,
        "reason": None,
        **changes,
    }


def agree(cn: ForeignNode, partner: Partner) -> Agreement:
    """Everything about tenders may cross both ways."""
    grants = [
        (kind, one, other, sorted(registry.model_of(kind).model_fields))
        for kind in TYPES
        for one, other in (("cn", "mm"), ("mm", "cn"))
    ]
    content = terms(grants=grants)
    made = agreements.propose(AgreementV1.model_validate_json(codec.encode(content)), actor="approver")
    answer = {"agreement": str(made.uuid), "digest": made.digest, "reason": ""}
    receive(partner, [cn.send("exchange.agreement-answer/1", answer | {"decision": Decision.SIGNED.value})])
    made.refresh_from_db()
    return made
