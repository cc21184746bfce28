"""A secretariat and a ministry on one node, and the partner ``cn``, made of the wire alone; sample data."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from isthmus.accounts import duty
from isthmus.accounts.models import Kind, Membership, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.apps.workshops.followups.services.telling import FOLLOW_UP
from isthmus.apps.workshops.models import Call, Nomination, Programme, Workshop
from isthmus.apps.workshops.nominations import body_queries as bodies
from isthmus.apps.workshops.nominations.services import inviting, nominating
from isthmus.apps.workshops.plans import body_queries as plan_bodies
from isthmus.apps.workshops.programme.services import planning
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
from tests.second_factors import give_app

PERSON = {
    "name": "Sample Delegate",
    "position": "Head of systems",
    "employer": "Sample ministry",
    "email": "delegate@sample.example",
    "gender": "female",
    "motivation": "She builds the portal",
}


def agree(cn: ForeignNode, partner: Partner) -> Agreement:
    """Everything about workshops may cross both ways."""
    grants = [
        (kind, one, other, sorted(registry.model_of(kind).model_fields))
        for kind in (*bodies.TYPES, *plan_bodies.TYPES, FOLLOW_UP)
        for one, other in (("cn", "mm"), ("mm", "cn"))
    ]
    made = agreements.propose(
        AgreementV1.model_validate_json(codec.encode(terms(grants=grants))), actor="approver"
    )
    answer = {"agreement": str(made.uuid), "digest": made.digest, "reason": ""}
    receive(partner, [cn.send("exchange.agreement-answer/1", answer | {"decision": Decision.SIGNED.value})])
    made.refresh_from_db()
    return made


def person(name: str, organisation: Organisation, role: Role) -> Officer:
    officer = Officer.objects.create_user(f"{name}@node.test", name.capitalize(), "seven calm rivers")
    Membership.objects.create(officer=officer, organisation=organisation, role=role)
    if role in duty.ROLES:
        give_app(officer)
    return officer


def programme_of(organisation: Organisation, **changes: Any) -> Programme:
    today = clock.now().date()
    given = {
        "code": "SAMPLE-1",
        "title": "Sample programme",
        "fund": "Sample fund",
        "reference": "S/1",
        "partners": ["Sample partner"],
        "currency": "USD",
        "starts": today - timedelta(days=100),
        "ends": today + timedelta(days=100),
        "background": "First paragraph.\n\nSecond paragraph.",
        "objectives": "",
        **changes,
    }
    return planning.plan_programme(organisation, given, actor="officer@node.test")


def workshop_of(programme: Programme, **changes: Any) -> Workshop:
    today = clock.now().date()
    planned: Any = {
        "title": "Sample workshop on e-governance",
        "theme": "E-governance",
        "host": "Sample host",
        "place": "Sample town",
        "starts": today - timedelta(days=2),
        "ends": today,
        **changes,
    }
    return planning.plan_workshop(programme, planned, actor="officer@node.test")


@dataclass
class Office:
    """The people here, and the partner's side of the strip."""

    secretariat: Organisation
    officer: Officer
    approver: Officer
    cn: ForeignNode
    partner: Partner
    agreement: Agreement

    def hear(self, kind: str, body: dict[str, Any]) -> str:
        """A record of the partner arrives; empty, or the code of its refusal."""
        token = self.cn.send(kind, body, subject=body["workshop"], agreement=self.agreement.uuid)
        return read_receipt(receive(self.partner, [token])[0])[1].verdicts[-1].code

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The bodies of a type that went to the partner."""
        rows = Record.objects.filter(type=kind.partition("/")[0], stream__direction=Direction.OUT)
        return [read_record(tokens.text_of(row.leaf))[1].body for row in rows.order_by("seq")]

    def called(self, *, quota: int = 1, days: int = 3) -> Workshop:
        """A workshop of this secretariat to which ``cn`` is called."""
        workshop = workshop_of(programme_of(self.secretariat))
        until = clock.now() + timedelta(days=days)
        inviting.call(workshop, ["cn"], quota=quota, until=until, actor="officer@node.test")
        workshop.refresh_from_db()
        return workshop

    def nominated(self, workshop: Workshop, sign: str = "a", /, **changes: Any) -> str:
        """The partner nominates somebody; the code of its refusal, or empty."""
        body = {
            "workshop": workshop.number,
            "nomination": sign * 32,
            "says": "nominated",
            "at": clock.to_text(clock.now()),
            "country": "CN",
            **PERSON,
            "name": f"Sample Delegate {sign.upper()}",
            **changes,
        }
        return self.hear(bodies.NOMINATION, body)

    def call_from_abroad(self, **changes: Any) -> str:
        """The partner's secretariat calls this country."""
        now = clock.now()
        body = {
            "workshop": "CN-PROG-W1",
            "at": clock.to_text(now),
            "title": "Sample workshop abroad",
            "starts": (now + timedelta(days=30)).date().isoformat(),
            "ends": (now + timedelta(days=31)).date().isoformat(),
            "quota": 2,
            "until": clock.to_text(now + timedelta(days=10)),
            "theme": "Sample theme",
            "host": "Sample host abroad",
            "place": "Sample city",
            "programme": "Sample programme abroad",
            **changes,
        }
        return self.hear(bodies.CALL, body)

    def nomination(self) -> Nomination:
        """A nomination of this country that waits for its focal point."""
        self.call_from_abroad()
        return nominating.nominate(
            Call.objects.get(), self.secretariat, dict(PERSON), actor="officer@node.test"
        )


@pytest.fixture
def office(cn: ForeignNode, partner: Partner) -> Office:
    secretariat = Organisation.objects.create(
        code="secretariat", name="Programme secretariat (sample)", kind=Kind.SECRETARIAT
    )
    return Office(
        secretariat,
        person("officer", secretariat, Role.OFFICER),
        person("approver", secretariat, Role.APPROVER),
        cn,
        partner,
        agree(cn, partner),
    )
