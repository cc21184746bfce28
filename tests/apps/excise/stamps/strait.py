"""The partner ``cn`` hands stamps over to this node and answers it; made of the wire alone."""

from typing import Any

from isthmus.apps.excise.models import StampCrossing
from isthmus.apps.excise.stamps.records import StampHandoverV1
from isthmus.apps.excise.stamps.services import crossing
from isthmus.exchange import tokens
from isthmus.exchange.models import Agreement, Decision, Direction, Record
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services import agreements
from isthmus.exchange.services.inbox import receive
from isthmus.trust.models import Partner
from isthmus.wire import codec
from isthmus.wire.receipt import read_receipt
from isthmus.wire.record import read_record
from tests.foreign import ForeignNode, terms

TYPE = crossing.RECORD_TYPE
REFERENCE = "0" * 31 + "7"


class Strait:
    """The partner's side of the strip: what it says, and what it was told."""

    def __init__(self, cn: ForeignNode, partner: Partner, agreement: Agreement) -> None:
        self.cn, self.partner, self.agreement = cn, partner, agreement

    def hear(self, body: dict[str, Any]) -> str:
        """A record of the partner arrives; empty, or the code of its refusal."""
        token = self.cn.send(TYPE, body, subject=body["handover"], agreement=self.agreement.uuid)
        return read_receipt(receive(self.partner, [token])[0])[1].verdicts[-1].code

    def answer(self, row: StampCrossing, says: str, **more: Any) -> str:
        return self.hear({**self.told()[-1], "says": says, "handover": row.reference, **more})

    def told(self) -> list[dict[str, Any]]:
        rows = Record.objects.filter(type="excise.stamp-handover", stream__direction=Direction.OUT)
        return [read_record(tokens.text_of(row.leaf))[1].body for row in rows.order_by("seq")]


def agreed_strait(cn: ForeignNode, partner: Partner) -> Strait:
    """Stamps may cross both ways."""
    fields = sorted(StampHandoverV1.model_fields)
    content = terms(grants=[(TYPE, "cn", "mm", fields), (TYPE, "mm", "cn", fields)])
    made = agreements.propose(AgreementV1.model_validate_json(codec.encode(content)), actor="approver")
    answer = {"agreement": str(made.uuid), "digest": made.digest, "reason": ""}
    receive(partner, [cn.send("exchange.agreement-answer/1", answer | {"decision": Decision.SIGNED.value})])
    made.refresh_from_db()
    return Strait(cn, partner, made)


def coming(**more: Any) -> dict[str, Any]:
    """What the partner says of stamps of its own."""
    return {
        "handover": REFERENCE,
        "says": "sent",
        "at": "2026-11-20T10:00:00Z",
        "issuer": "cn",
        "batch": 77,
        "first": 5001,
        "last": 5010,
        "gtin": "04006381333931",
        "product": "Sample rice wine",
        "proof": "tagged",
        "sender": "stamp-office",
        "sender_name": "Sample stamp office",
        "receiver": "MD0000000D001",
        "receiver_name": "Sample distillery",
        "reason": None,
        **more,
    }
