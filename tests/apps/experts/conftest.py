"""A ministry with an expert, and the partner ``cn``, made of the wire alone; sample data."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from isthmus.apps.experts import body_queries as bodies
from isthmus.apps.experts.models import Expert
from isthmus.apps.experts.services import consenting, profiles
from isthmus.exchange import registry, tokens
from isthmus.exchange.delivery.turns import tokens_after
from isthmus.exchange.models import Agreement, Decision, Direction, Record, Stream
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services import agreements
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.settle import settle
from isthmus.kit import clock
from isthmus.trust.models import Partner
from isthmus.wire import codec
from isthmus.wire.receipt import read_receipt
from isthmus.wire.record import read_record
from tests.accounts.conftest import People, people
from tests.foreign import ForeignNode, terms

__all__ = ["people"]

REFERENCE = "0" * 31 + "1"
GIVEN: dict[str, Any] = {
    "name": "Ana Sample (sample)",
    "headline": "Excise stamp specialist",
    "summary": "Ran the stamp printing of a sample country",
    "country": "MM",
    "skills": [{"name": "Excise stamps", "scheme": "isco-08", "code": "3354"}],
    "sectors": ["excise"],
    "countries": ["MD", "LA"],
    "languages": [{"code": "ro", "level": "C2"}, {"code": "en", "level": "B2"}],
    "weeks": 4,
    "orcid": "0000-0002-1825-0097",
    "conflicts": [{"declared": "A share in a sample printer", "on": "2026-11-01"}],
    "contact": {"email": "ana@sample.example", "phone": "+95 1 000"},
}


def profile(**changes: Any) -> dict[str, Any]:
    """The body of a profile as a partner sends it."""
    return {
        "expert": REFERENCE,
        "at": clock.to_text(clock.now()),
        "purposes": ["listed"],
        "language": "en",
        "name": "Bo Sample (sample)",
        "headline": "Excise stamp printer",
        "country": "CN",
        "skills": [{"name": "Stamp printing"}],
        "languages": [{"code": "ro", "level": "C1"}, {"code": "zh", "level": "C2"}],
        "weeks": 8,
        "verified": "node",
        "verified_on": "2026-10-01",
        **changes,
    }


@dataclass
class Office:
    """The people here, and the partner's side of the strip."""

    people: People
    cn: ForeignNode
    partner: Partner
    agreement: Agreement

    def hear(self, kind: str, body: dict[str, Any]) -> str:
        """A record of the partner arrives; empty, or the code of its refusal."""
        token = self.cn.send(kind, body, subject=body["expert"], agreement=self.agreement.uuid)
        return read_receipt(receive(self.partner, [token])[0])[1].verdicts[-1].code

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The bodies of a type that went to the partner and were not erased."""
        rows = Record.objects.filter(type=kind.partition("/")[0], stream__direction=Direction.OUT)
        texts = [tokens.text_of(row.leaf) for row in rows.order_by("seq")]
        return [read_record(text)[1].body for text in texts if text is not None]

    @property
    def stream(self) -> Stream:
        return Stream.objects.select_related("partner").get(direction=Direction.OUT)

    @property
    def waiting(self) -> list[str]:
        """What the partner gets next: signed texts, and places of erased ones."""
        return tokens_after(self.stream, self.stream.settled_seq)

    def deliver(self) -> None:
        """The partner accepts everything that waits for it."""
        assert settle(self.stream, [self.cn.receipt(self.waiting)]) == ()

    def expert(self, *, own: bool = False, **changes: Any) -> Expert:
        """A profile of the ministry, of an officer or of somebody without access."""
        person = self.people.officer if own else None
        given = {**GIVEN, **changes}
        return profiles.open_profile(self.people.customs, given, person=person, actor="officer")

    def consent(self, row: Expert, node: str, *purposes: str) -> Expert:
        return consenting.set_consent(row, node, purposes, evidence="Paper 1", actor="officer")


@pytest.fixture
def office(cn: ForeignNode, partner: Partner, people: People) -> Office:
    """Everything about experts may cross both ways."""
    grants = [
        (kind, one, other, sorted(registry.model_of(kind).model_fields))
        for kind in bodies.TYPES
        for one, other in (("cn", "mm"), ("mm", "cn"))
    ]
    made = agreements.propose(
        AgreementV1.model_validate_json(codec.encode(terms(grants=grants))), actor="approver"
    )
    answer = {"agreement": str(made.uuid), "digest": made.digest, "reason": ""}
    receive(partner, [cn.send("exchange.agreement-answer/1", answer | {"decision": Decision.SIGNED.value})])
    made.refresh_from_db()
    return Office(people, cn, partner, made)


def days_ago(days: int) -> str:
    return clock.to_text(clock.now() - timedelta(days=days))
