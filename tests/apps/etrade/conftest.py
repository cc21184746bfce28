"""The people who work with declarations, and the corridor to the partner in which records cross."""

from dataclasses import dataclass
from typing import Any

import pytest

from isthmus.accounts import duty
from isthmus.accounts.models import Kind, Membership, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.exchange import registry, tokens
from isthmus.exchange.models import Agreement, Decision, Direction, Record
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services import agreements
from isthmus.exchange.services.inbox import receive
from isthmus.trust.models import Partner
from isthmus.wire import codec
from isthmus.wire.record import leaf_hash, read_record
from tests.foreign import ForeignNode, terms
from tests.second_factors import give_app


@dataclass(frozen=True)
class Customs:
    organisation: Organisation
    officer: Officer
    auditor: Officer
    elsewhere: Officer


def _officer(name: str, organisation: Organisation, role: Role) -> Officer:
    officer = Officer.objects.create_user(f"{name}@node.test", name.capitalize(), "seven calm rivers")
    Membership.objects.create(officer=officer, organisation=organisation, role=role)
    if role in duty.ROLES:
        give_app(officer)
    return officer


@pytest.fixture
def customs(db: None) -> Customs:
    """The customs department with its officer, an auditor, and an officer of another ministry."""
    department = Organisation.objects.create(code="customs", name="Customs", kind=Kind.MINISTRY)
    revenue = Organisation.objects.create(code="revenue", name="Revenue", kind=Kind.AGENCY)
    return Customs(
        department,
        _officer("officer", department, Role.OFFICER),
        _officer("auditor", revenue, Role.AUDITOR),
        _officer("elsewhere", revenue, Role.OFFICER),
    )


@pytest.fixture
def trade(cn: ForeignNode, partner: Partner) -> Agreement:
    """An agreement in force under which every record of E-Trade crosses both ways, whole."""
    own = [kind for kind in registry.record_types().values() if kind.name.startswith("etrade.")]
    grants = [
        (kind.key, sender, receiver, sorted(registry.model_of(kind.key).model_fields))
        for kind in own
        for sender, receiver in (("cn", "mm"), ("mm", "cn"))
    ]
    content = AgreementV1.model_validate_json(codec.encode(terms(grants=grants)))
    agreement = agreements.propose(content, actor="approver")
    answer = {
        "agreement": str(agreement.uuid),
        "digest": agreement.digest,
        "decision": Decision.SIGNED.value,
        "reason": "",
    }
    receive(partner, [cn.send("exchange.agreement-answer/1", answer)])
    agreement.refresh_from_db()
    return agreement


@dataclass(frozen=True)
class Corridor:
    """This node and its partner ``cn`` under an agreement about everything."""

    cn: ForeignNode
    partner: Partner
    agreement: Agreement

    def receive(self, name: str, body: dict[str, Any], subject: str = "subject") -> Record:
        """Let a record of the partner arrive; returns its row."""
        token = self.cn.send(f"etrade.{name}/1", body, subject=subject, agreement=self.agreement.uuid)
        receive(self.partner, [token])
        return Record.objects.get(leaf=leaf_hash(token).hex())

    def sent(self, name: str) -> list[dict[str, Any]]:
        """The bodies of this type that were published for the partner, in order."""
        rows = Record.objects.filter(type=f"etrade.{name}", stream__direction=Direction.OUT).order_by("seq")
        return [read_record(tokens.text_of(row.leaf) or "")[1].body for row in rows]


@pytest.fixture
def corridor(cn: ForeignNode, partner: Partner, trade: Agreement) -> Corridor:
    return Corridor(cn, partner, trade)
