"""A node with something on every page, and officers of each role who look at it."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from isthmus.accounts.models import Officer
from isthmus.apps.etrade.records import ExportDeclarationV1
from isthmus.exchange import registry, tokens
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Agreement, Alarm, Checkpoint, Desk, Direction, LogSplit, Record, Stream
from isthmus.exchange.services import Outgoing, publish
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.settle import settle
from isthmus.exchange.services.witness.judging import weigh
from isthmus.exchange.services.witness.notes import head_of_partner, keep, locked_log
from isthmus.kit import clock
from isthmus.trust.models import Partner
from isthmus.trust.services import introduce
from isthmus.wire.checkpoint import Checkpoint as SignedHead
from isthmus.wire.checkpoint import origin_of, sign_checkpoint
from isthmus.wire.merkle import Frontier, hash_leaf
from tests.accounts.conftest import People
from tests.foreign import ForeignNode
from tests.second_factors import browser_of

KIND = "etrade.export-declaration/1"


def declaration(number: str, **fields: Any) -> dict[str, Any]:
    return {
        "declaration_number": number,
        "consignee_name": "Yangon Wholesale",
        "items": [{"number": 1, "hs_code": "851713", "net_kg": "1120.5"}],
        "match": {"net_kg": "1120.5"},
        **fields,
    }


def outgoing(number: str, organisation_id: int | None = None) -> Outgoing:
    body = declaration(number, exporter_name="Golden Pulses", departure_date="2026-11-20")
    return Outgoing(KIND, ExportDeclarationV1.model_validate(body), number, organisation_id)


def quarantine(
    cn: ForeignNode, partner: Partner, agreed: Agreement, monkeypatch: pytest.MonkeyPatch
) -> Record:
    """A record whose effect failed because its handler had a fault; the handler works again afterwards."""
    real = registry.resolve

    def failing(path: str) -> Any:
        def fail(received: object) -> None:
            raise RuntimeError("the shelf is full")

        return fail if path.endswith("receive_declaration") else real(path)

    with monkeypatch.context() as patch:
        patch.setattr(registry, "resolve", failing)
        receive(partner, [cn.send(KIND, declaration("CN-Q"), subject="CN-Q", agreement=agreed.uuid)])
    return Record.objects.get(subject="CN-Q")


def split_view(cn: ForeignNode, partner: Partner) -> LogSplit:
    """The partner has signed another head of the size that it gave with its receipt; made once."""
    if LogSplit.objects.exists():
        return LogSplit.objects.get()
    other = Frontier()
    while other.size < cn.frontier.size:
        other, _nodes = other.append(hash_leaf(b"another history"))
    name = origin_of(cn.node_id)
    head = SignedHead(name, other.size, other.root(), clock.now())
    with transaction.atomic(), open_ledger():
        keep(head_of_partner(partner, sign_checkpoint(head, name=name, key=cn.log_key)), "bundle")
        weigh(locked_log(partner))
    return LogSplit.objects.get()


@dataclass
class World:
    cn: ForeignNode
    partner: Partner
    agreement: Agreement
    sent: Record
    waiting: Record
    received: Record
    refused: Record
    quarantined: Record
    alarm: Alarm
    desk: Desk
    pending: Partner
    out: Stream
    checkpoint: Checkpoint


@pytest.fixture
def world(
    cn: ForeignNode,
    partner: Partner,
    agreed: Agreement,
    people: People,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    """Records both ways, receipted and waiting, one refused, one in quarantine; an alarm; a new partner."""
    desk = Desk.objects.create(record_type=KIND, organisation=people.customs)
    publish([outgoing(f"MM-{n}", people.customs.pk) for n in range(3)], to=["cn"])
    out = Stream.objects.select_related("partner").get(direction=Direction.OUT)
    sent = [tokens.text_of(row.leaf) or "" for row in Record.objects.filter(stream=out).order_by("seq")]
    settle(out, [cn.receipt(sent[:2])])
    receive(partner, [cn.send(KIND, declaration("CN-1"), subject="CN-1", agreement=agreed.uuid)])
    bad = declaration("CN-2", agent_name="not agreed")
    receive(partner, [cn.send(KIND, bad, subject="CN-2", agreement=agreed.uuid)])
    pending = introduce(
        ForeignNode(node_id="md", name="Moldova test node", country="MD").card_token, actor="t"
    )
    from isthmus.exchange.services.alarms import raise_alarm

    raise_alarm("exchange.undelivered", out.name, "1 record waits for China.", next_step="Check the link.")
    out.refresh_from_db()
    return World(
        cn=cn,
        partner=partner,
        agreement=agreed,
        sent=Record.objects.get(subject="MM-0"),
        waiting=Record.objects.get(subject="MM-2"),
        received=Record.objects.get(subject="CN-1"),
        refused=Record.objects.get(subject="CN-2"),
        quarantined=quarantine(cn, partner, agreed, monkeypatch),
        alarm=Alarm.objects.get(),
        desk=desk,
        pending=pending,
        out=out,
        checkpoint=Checkpoint.objects.filter(node_id="cn").latest("pk"),
    )


def visitor(officer: Officer) -> Client:
    """A browser in which the officer has signed in."""
    return browser_of(officer)


def text_of(response: Any) -> str:
    """The page as text; fails where it is not one."""
    assert response.status_code == 200, response.status_code
    return response.content.decode()
