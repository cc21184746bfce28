"""Firms of this node (``mm``) and the partner ``cn``, made of the wire alone; sample data."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from isthmus.accounts.models import Officer, Organisation
from isthmus.apps.partners.models import Introduction, Listing
from isthmus.apps.partners.queries import bodies
from isthmus.apps.partners.services import introducing
from isthmus.apps.partners.services import listing as listings
from isthmus.apps.partners.services.listing import Given
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

SECRETS = (
    "Golden Signal",
    "Daw Sample Hla",
    "hla@signal.example",
    "+95 1 555 0100",
    "12345",
    "ISO-SAMPLE-77",
)
"""What a partner must not learn before both sides agreed."""
DETAILS = {
    "organisation": "Sample Radio Works",
    "contact": "Sample Li",
    "email": "li@radio.example",
    "phone": "+86 21 5550 0100",
    "quantity": 40_000,
    "certificates": [{"kind": "ISO 9001", "number": "CN-SAMPLE-1", "valid_until": "2031-12-31"}],
    "incoterm": "FOB",
    "payment": "30 % in advance",
}


def given(**changes: Any) -> Given:
    """A need of SKD kits of radio stations."""
    stated: dict[str, Any] = {
        "product": "TD-SCDMA base stations",
        "title": "SKD kits of base stations (sample)",
        "hs_code": "851761",
        "quantity": 12_345,
        "unit": "pcs",
        "text": "Assembly of base stations for rural networks, with training.",
        "levels": ("skd",),
        "local_content": 20,
        "certificates": ({"kind": "ISO 9001", "number": "ISO-SAMPLE-77", "valid_until": "2031-12-31"},),
        "countries": ("CN", "TH"),
        "incoterm": "CIF",
        "payment": "Letter of credit",
        "contact": "Daw Sample Hla",
        "email": "hla@signal.example",
        "phone": "+95 1 555 0100",
    }
    return Given(**{**stated, **changes})


@dataclass
class Fair:
    """The people here, and the partner's side of the strip."""

    firm: Organisation
    rival: Organisation
    officer: Officer
    approver: Officer
    competitor: Officer
    cn: ForeignNode
    partner: Partner
    agreement: Agreement

    def hear(self, kind: str, body: dict[str, Any]) -> str:
        """A record of the partner arrives; empty, or the code of its refusal."""
        subject = body.get("reference") or body["introduction"]
        token = self.cn.send(kind, body, subject=subject, agreement=self.agreement.uuid)
        return read_receipt(receive(self.partner, [token])[0])[1].verdicts[-1].code

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The bodies of a type that went to the partner."""
        rows = Record.objects.filter(type=kind.partition("/")[0], stream__direction=Direction.OUT)
        return [read_record(tokens.text_of(row.leaf))[1].body for row in rows.order_by("seq")]

    def everything_told(self) -> str:
        """All that went to the partner about business partners, as one text."""
        return "\n".join(codec.encode(body).decode() for kind in bodies.TYPES for body in self.told(kind))

    def need(self, **changes: Any) -> Listing:
        return listings.enter("need", self.firm, given(**changes), actor="officer@node.test")

    def own_offer(self, **changes: Any) -> Listing:
        stated = {"title": "Base stations in kits (sample)", "quantity": 20_000, "countries": (), **changes}
        return listings.enter("offer", self.rival, given(**stated), actor="competitor@node.test")

    def body(self, sign: str = "a", **changes: Any) -> dict[str, Any]:
        """An offer, or a need, of the partner."""
        now = clock.now()
        return {
            "reference": sign * 32,
            "revision": 1,
            "says": "open",
            "at": clock.to_text(now - timedelta(days=1)),
            "expires": clock.to_text(now + timedelta(days=170)),
            "country": "CN",
            "product": "TD-SCDMA base stations",
            "title": f"Base stations as SKD kits {sign} (sample)",
            "text": "Kits, training of a line of assembly, spare parts.",
            "language": "en",
            "hs_code": "851761",
            "unit": "pcs",
            "volume_class": 3,
            "levels": ["skd", "ckd"],
            "local_content": 30,
            "certificates": [{"kind": "ISO 9001", "valid_until": "2031-12-31"}],
            "countries": ["MM"],
            **changes,
        }

    def offer(self, sign: str = "a", **changes: Any) -> Listing:
        assert self.hear(bodies.OFFER, self.body(sign, **changes)) == ""
        return Listing.objects.get(partner="cn", reference=sign * 32)

    def ask(self) -> Introduction:
        return introducing.ask(self.need(), self.offer(), actor="officer@node.test", place=1)

    def says(self, row: Introduction, says: str, **changes: Any) -> str:
        """The partner says something of an introduction."""
        return self.hear(bodies.INTRODUCTION, introduction(row, says, **changes))

    def asked_from_abroad(self, offer: Listing, **changes: Any) -> str:
        """A firm of the partner with a need asks for an introduction to an offer of this node."""
        self.hear(bodies.NEED, self.body("b", title="Kits wanted (sample)", countries=[], volume_class=2))
        body = {
            "introduction": "c" * 32,
            "need": "b" * 32,
            "offer": offer.reference,
            "asked_by": "need",
            "says": "asked",
            "at": clock.to_text(clock.now()),
            **changes,
        }
        return self.hear(bodies.INTRODUCTION, body)


def introduction(row: Introduction, says: str, **changes: Any) -> dict[str, Any]:
    """What is said of an introduction."""
    return {
        "introduction": row.reference,
        "need": row.need.reference,
        "offer": row.offer.reference,
        "asked_by": row.asked_by,
        "says": says,
        "at": clock.to_text(clock.now()),
        **changes,
    }


def agree(cn: ForeignNode, partner: Partner, kinds: tuple[str, ...] = bodies.TYPES) -> Agreement:
    """Everything about business partners may cross both ways."""
    grants = [
        (kind, one, other, sorted(registry.model_of(kind).model_fields))
        for kind in kinds
        for one, other in (("cn", "mm"), ("mm", "cn"))
    ]
    made = agreements.propose(
        AgreementV1.model_validate_json(codec.encode(terms(grants=grants))), actor="approver"
    )
    answer = {"agreement": str(made.uuid), "digest": made.digest, "reason": ""}
    receive(partner, [cn.send("exchange.agreement-answer/1", answer | {"decision": Decision.SIGNED.value})])
    made.refresh_from_db()
    return made
