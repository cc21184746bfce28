"""A ministry on this node, ``mm``, and two countries made of the wire alone; sample data."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from isthmus.accounts import duty
from isthmus.accounts.models import Kind, Membership, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.apps.projects import body_queries as bodies
from isthmus.apps.projects import queries
from isthmus.apps.projects.models import Topic
from isthmus.apps.projects.queries import Story
from isthmus.apps.projects.rules.said import digest_of
from isthmus.apps.projects.services import gating, joining, proposing, telling
from isthmus.exchange import registry, tokens
from isthmus.exchange.models import Agreement, Decision, Direction, Record
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services import agreements
from isthmus.exchange.services.inbox import receive
from isthmus.kit import clock
from isthmus.trust.models import Partner
from isthmus.trust.services import confirm, introduce
from isthmus.wire import codec
from isthmus.wire.receipt import read_receipt
from isthmus.wire.record import read_record
from tests.foreign import ForeignNode, terms
from tests.second_factors import give_app

TOPIC = {
    "title": "Shared trade information",
    "text": "Customs offices on both sides of a border see the same declaration.\nEach keeps its own system.",
    "problem": "Goods are declared twice.",
    "language": "en",
    "themes": ["trade", "customs"],
    "application": "etrade",
    "programme": "SAMPLE-1",
}
PILOT = {
    "text": "One border post for six months.",
    "budget": "25000.00",
    "currency": "USD",
    "indicator": "Declarations that agree",
    "unit": "%",
    "baseline": "62",
    "target": "90",
    "ends": "2027-06-30",
    "exit": "Given up below 70 % after three months; both systems stay as they are.",
}


def agree(foreign: ForeignNode, *, onward: str = "with-consent") -> Agreement:
    """Everything about topics may cross both ways."""
    them = foreign.node_id
    grants = [
        (kind, one, other, sorted(registry.model_of(kind).model_fields))
        for kind in bodies.TYPES
        for one, other in ((them, "mm"), ("mm", them))
    ]
    content = terms(grants=grants, parties=tuple(sorted((them, "mm"))), onward_sharing=onward)
    made = agreements.propose(AgreementV1.model_validate_json(codec.encode(content)), actor="approver")
    answer = {"agreement": str(made.uuid), "digest": made.digest, "reason": ""}
    token = foreign.send("exchange.agreement-answer/1", answer | {"decision": Decision.SIGNED.value})
    receive(Partner.objects.get(node_id=them), [token])
    made.refresh_from_db()
    return made


@dataclass
class Country:
    """Another country: its node, and what it says to this one."""

    node: ForeignNode
    agreement: Agreement
    last: str = field(default="")

    @property
    def id(self) -> str:
        return self.node.node_id

    @property
    def partner(self) -> Partner:
        return Partner.objects.get(node_id=self.id)

    def says(self, sort: str, body: dict[str, Any]) -> str:
        """A record of this country arrives; empty, or the reason of its refusal."""
        told = {"at": clock.to_text(clock.now()), **body}
        if sort == "relay":
            told.pop("at")
        kind = f"projects.{sort}/1"
        self.last = self.node.send(kind, told, subject=body["topic"], agreement=self.agreement.uuid)
        verdict = read_receipt(receive(self.partner, [self.last])[0])[1].verdicts[-1]
        return verdict.reason if verdict.status == "refused" else ""

    def joins(self, topic: str, /, **changes: Any) -> str:
        body = {
            "topic": topic,
            "says": "joined",
            "country": self.node.country,
            "organisation": f"Ministry of {self.node.name} (sample)",
            "role": "know-how",
            "resources": "Two engineers",
            "hand_on": True,
            **changes,
        }
        return self.says("interest", body)

    def answers(self, topic: str, gate: str, kind: str, digest: str, /, **changes: Any) -> str:
        body = {
            "topic": topic,
            "gate": gate,
            "says": "signed",
            "kind": kind,
            "digest": digest,
            "country": self.node.country,
            "hand_on": True,
            **changes,
        }
        return self.says("gate", body)

    def contributes(self, topic: str, kind: str, sign: str = "c", **more: Any) -> str:
        body = {"topic": topic, "contribution": sign * 32, "kind": kind, "hand_on": True, **more}
        return self.says("contribution", body)

    def heard(self) -> list[tuple[str, dict[str, Any]]]:
        """What this node has told that country about topics, as sort and body, in order."""
        rows = Record.objects.filter(stream__direction=Direction.OUT, stream__partner__node_id=self.id)
        found = []
        for row in rows.filter(type__startswith="projects.").order_by("seq"):
            text = tokens.text_of(row.leaf)
            assert text is not None
            found.append((row.type.partition(".")[2], read_record(text)[1].body))
        return found


@dataclass
class Strip:
    """This node's ministry and people, and the two other countries."""

    ministry: Organisation
    officer: Officer
    approver: Officer
    cn: Country
    th: Country

    def topic(self, **changes: Any) -> Topic:
        return proposing.propose(self.ministry, {**TOPIC, **changes}, actor="officer")

    def joined(self) -> Topic:
        """A topic of this node that all three countries have joined."""
        topic = self.topic()
        joining.join(topic, self.ministry, role="host", resources="A border post", actor="officer")
        for country in (self.cn, self.th):
            assert country.joins(topic.reference) == ""
        self.work()
        topic.refresh_from_db()
        return topic

    def story(self, topic: Topic) -> Story:
        topic.refresh_from_db()
        return queries.story_of(topic)

    def put(self, topic: Topic, kind: str, given: dict[str, Any]) -> tuple[str, str]:
        """A text is put; its name and digest."""
        row = gating.put_gate(topic, kind, given, actor="officer")
        return row.body["gate"], row.body["digest"]

    def passed(self, topic: Topic, kind: str, given: dict[str, Any]) -> str:
        """A gate that all three countries sign, and that is opened."""
        gate, digest = self.put(topic, kind, given)
        gating.sign(topic, gate, digest, actor="approver")
        for country in (self.cn, self.th):
            assert country.answers(topic.reference, gate, kind, digest) == ""
        gating.open_gate(topic, gate, actor="officer")
        self.work()
        topic.refresh_from_db()
        return gate

    def work(self) -> int:
        """What the node's worker does after something arrived."""
        return sum(telling.hand_on(row) for row in Topic.objects.filter(lead="mm"))


class Abroad:
    """A topic that ``cn`` leads, as this node and ``th`` see it."""

    reference = "a" * 32

    def __init__(self, strip: Strip) -> None:
        self.strip, self.lead = strip, strip.cn

    def tells(self, **changes: Any) -> str:
        given = {name: one for name, one in TOPIC.items() if name != "application"}
        body = {"topic": self.reference, "stage": "topic", "country": "CN", **given, **changes}
        return self.lead.says("topic", body)

    @property
    def topic(self) -> Topic:
        return Topic.objects.get(lead="cn", reference=self.reference)

    def joined(self) -> Topic:
        """This country has joined."""
        assert self.tells() == ""
        joining.join(self.topic, self.strip.ministry, role="host", resources="", actor="officer")
        return self.topic

    def relays(self, token: str, node: str = "th", **changes: Any) -> str:
        body = {"topic": self.reference, "node": node, "record": token, "files": [], **changes}
        return self.lead.says("relay", body)

    def said_to_lead(self, sort: str, body: dict[str, Any], **changes: Any) -> str:
        """A record of ``th`` to ``cn``, as the lead has it."""
        told = {"topic": self.reference, "at": clock.to_text(clock.now()), "hand_on": True, **body}
        node = self.strip.th.node
        record = node.record(
            f"projects.{sort}/1", told, receiver="cn", stream="th>cn#1", seq=1, prev="", **changes
        )
        return node.sign(record)

    def put(self, kind: str = "group", **given: Any) -> tuple[str, str, str]:
        """The lead puts a text; its name, its digest and the refusal."""
        gate, told = "b" * 32, given or {"text": "We meet once a month."}
        digest = digest_of(self.reference, gate, kind, told)
        body = {"topic": self.reference, "gate": gate, "says": "put", "kind": kind, "digest": digest}
        return gate, digest, self.lead.says("gate", {**body, "terms": told})


def person(name: str, organisation: Organisation, role: Role) -> Officer:
    officer = Officer.objects.create_user(f"{name}@node.test", name.capitalize(), "seven calm rivers")
    Membership.objects.create(officer=officer, organisation=organisation, role=role)
    if role in duty.ROLES:
        give_app(officer)
    return officer


def country_of(foreign: ForeignNode) -> Country:
    return Country(foreign, agree(foreign))


@pytest.fixture
def th(node: str) -> ForeignNode:
    foreign = ForeignNode("th", "Thailand test node", "TH", "http://th.example")
    confirm(introduce(foreign.card_token, actor="test"), foreign.words, actor="test")
    return foreign


@pytest.fixture
def strip(cn: ForeignNode, th: ForeignNode) -> Strip:
    ministry = Organisation.objects.create(code="trade", name="Trade ministry (sample)", kind=Kind.MINISTRY)
    return Strip(
        ministry,
        person("officer", ministry, Role.OFFICER),
        person("approver", ministry, Role.APPROVER),
        country_of(cn),
        country_of(th),
    )


@pytest.fixture
def abroad(strip: Strip) -> Abroad:
    return Abroad(strip)


def later(days: int) -> str:
    """A day that far from now."""
    return (clock.now() + timedelta(days=days)).date().isoformat()
