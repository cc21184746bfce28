"""A program of an organisation that speaks to the API, and a node with something to read."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.test import Client

from isthmus.accounts.models import Organisation, Role
from isthmus.accounts.services import issue_token
from isthmus.apps.etrade.formats.samples import sample_declarations
from isthmus.apps.etrade.services import take_document
from isthmus.exchange.audit_trail import seal_audit_events
from isthmus.exchange.delivery.turns import tokens_after
from isthmus.exchange.models import Agreement, Desk, Direction, Record, Stream
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.settle import settle
from isthmus.trust.models import Partner
from tests.foreign import ForeignNode

KIND = "etrade.export-declaration/1"
ROOT = "/api/v1"


def organisation(code: str) -> Organisation:
    name = code.capitalize()
    return Organisation.objects.get_or_create(code=code, defaults={"name": name, "kind": "ministry"})[0]


def secret_for(code: str, role: Role = Role.OFFICER) -> str:
    return issue_token(organisation(code), f"{code} {role.value}", role, actor="test")[1]


@dataclass
class Program:
    """A client that sends one token with every request; without one, none."""

    secret: str = ""

    def __post_init__(self) -> None:
        self.client = Client()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"} if self.secret else {}

    def get(self, path: str, **parameters: Any) -> Any:
        return self.client.get(ROOT + path, parameters, headers=self.headers)

    def post(self, path: str, body: Any, *, key: str = "", **options: Any) -> Any:
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        options.setdefault("content_type", "application/json")
        return self.client.post(ROOT + path, body, headers=headers, **options)

    def put(self, path: str, body: Any) -> Any:
        return self.client.put(ROOT + path, body, headers=self.headers, content_type="application/json")


def program(code: str, role: Role = Role.OFFICER) -> Program:
    return Program(secret_for(code, role))


def publication(number: str = "EX-1", **changes: Any) -> dict[str, Any]:
    body = {
        "declaration_number": number,
        "exporter_name": "Sample Pulses Ltd",
        "items": [{"number": 1, "hs_code": "071331"}],
        "match": {"net_kg": "24000", "fob_value": "19000"},
    }
    return {"type": KIND, "subject": number, "body": body, "to": ["cn"], **changes}


def stream_path(name: str) -> str:
    return f"/streams/{quote(name, safe='')}"


def deliver(cn: ForeignNode) -> None:
    """Let the partner accept everything that waits for it."""
    stream = Stream.objects.select_related("partner").get(direction=Direction.OUT)
    assert settle(stream, [cn.receipt(tokens_after(stream, stream.settled_seq))]) == ()


def populate(cn: ForeignNode, agreed: Agreement) -> Record:
    """Two records sent and receipted, one that waits, one received; documents and declarations.

    All of it belongs to ``customs``. Returns a sent record that has its receipt.
    """
    customs = organisation("customs")
    Desk.objects.create(record_type=KIND, organisation=customs)
    sender = program("customs")
    for number in ("EX-1", "EX-2"):
        assert sender.post("/records", publication(number), key=number).status_code == 201
    deliver(cn)
    assert sender.post("/records", publication("EX-3"), key="EX-3").status_code == 201
    received = cn.send(
        KIND,
        {"declaration_number": "CN-1", "items": [{"number": 1}]},
        subject="CN-1",
        agreement=agreed.uuid,
    )
    receive(Partner.objects.get(node_id="cn"), [received])
    for name, content in sample_declarations(1, 2, malformed=1):
        take_document(name, content, organisation=customs, actor="test")
    seal_audit_events()
    return Record.objects.get(subject="EX-2")
