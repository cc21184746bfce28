"""Movements between this node (mm) and its partner (cn) under an agreement; sample data."""

import dataclasses
import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.test import Client

from isthmus.accounts.models import Membership, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.apps.excise.guarantees import services as guarantees
from isthmus.apps.excise.guarantees.formats import consent
from isthmus.apps.excise.models import Authorisation, Guarantee, Movement, Operator
from isthmus.apps.excise.movements.formats import answering
from isthmus.apps.excise.movements.formats.facts import facts_of, said_about
from isthmus.apps.excise.movements.formats.message import Message
from isthmus.apps.excise.movements.formats.messages import documents, parts
from isthmus.apps.excise.movements.formats.reading import read_message
from isthmus.apps.excise.movements.formats.writing import write_message
from isthmus.apps.excise.movements.services import sending
from isthmus.apps.excise.registry.services import entries, licensing
from isthmus.exchange import registry, tokens
from isthmus.exchange.models import Agreement, Decision, Direction, Record
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services import agreements
from isthmus.exchange.services.inbox import receive
from isthmus.kit import clock
from isthmus.trust.models import Partner
from isthmus.wire import codec
from isthmus.wire.keys import generate_p256
from isthmus.wire.record import leaf_hash, read_record
from tests.apps.excise.movements import made
from tests.foreign import ForeignNode, terms

OURS, THEIRS = "MM00000000017", "CN00000000021"
CELLAR = "MM0000000W001"
DUTY = 20_000
"""The duty at stake of a draft in kyat, as the office states it: there is no tariff of this country."""


def draft_message(
    reference: str = "LRN-1",
    *,
    consignor: str = OURS,
    consignee: str = THEIRS,
    deferred: bool = False,
    day: date | None = None,
    guarantor: str = "1",
    version: Any = "3.23",
) -> Message:
    """A sound draft from a warehouse here to one in the partner's country."""
    base = made.draft()
    today = clock.now().date()
    body = dataclasses.replace(
        base,
        attributes=documents.DraftAttributes(
            submission_message_type="1", deferred_submission_flag=deferred or None
        ),
        consignor_trader=dataclasses.replace(base.consignor_trader, trader_excise_number=consignor),
        consignee_trader=dataclasses.replace(made.CONSIGNEE, traderid=consignee),
        place_of_dispatch_trader=documents.PlaceOfDispatchTrader(reference_of_tax_warehouse=CELLAR),
        delivery_place_trader=dataclasses.replace(made.DELIVERY, traderid=consignee),
        movement_guarantee=parts.MovementGuarantee(guarantor_type_code=guarantor),
        ead_esad_draft=dataclasses.replace(
            base.ead_esad_draft,
            local_reference_number=reference,
            origin_type_code="1",
            import_customs_declaration=(),
            date_of_dispatch=day or today,
        ),
    )
    return Message(version, made.header("IE815"), body)


def draft_xml(reference: str = "LRN-1", **changes: Any) -> bytes:
    return write_message(draft_message(reference, **changes))


def receipt_of(document: Message, identifier: str = "receipt-1", conclusion: str = "1") -> Message:
    head = answering.header("CN", "MM", identifier, clock.now().replace(microsecond=0))
    return answering.receipt(document, clock.now().date(), conclusion, head)


def body_of(message: Message, arc: str, *, sequence: int = 1, xml: bytes | None = None) -> dict[str, Any]:
    """The record of a message as a partner's node makes it."""
    text = xml if xml is not None else write_message(message)
    said = said_about(message, arc)
    body: dict[str, Any] = {
        **facts_of(message),
        "arc": arc,
        "code": message.code,
        "emcs_version": message.version,
        "sha256": hashlib.sha256(text).hexdigest(),
        "key": said["key"],
        "version": said["sequence"] or (sequence if said["kind"] else 0),
        "at": clock.to_text(said["at"]),
        "xml": text.decode(),
    }
    if said["kind"]:
        body |= {"kind": said["kind"], "by": said["by"]}
    return body


@dataclass
class Corridor:
    """This node, its partner and the agreement; ``customs`` keeps the movements here."""

    cn: ForeignNode
    partner: Partner
    agreement: Agreement
    customs: Organisation
    tokens: list[str] = field(default_factory=list)

    def token(self, name: str, body: dict[str, Any]) -> str:
        return self.cn.send(f"excise.{name}/1", body, subject=body["arc"], agreement=self.agreement.uuid)

    def receive(self, name: str, body: dict[str, Any]) -> Record:
        token = self.token(name, body)
        receive(self.partner, [token])
        return Record.objects.get(leaf=leaf_hash(token).hex())

    def sent(self, name: str = "movement-message") -> list[dict[str, Any]]:
        rows = Record.objects.filter(type=f"excise.{name}", stream__direction=Direction.OUT).order_by("seq")
        return [read_record(tokens.text_of(row.leaf) or "")[1].body for row in rows]

    def accepted(self, reference: str = "LRN-1", **changes: Any) -> Movement:
        """A movement of ours on its way to the partner."""
        row = sending.draft(self.customs, draft_xml(reference, **changes), actor="officer")
        return sending.accept(row, actor="officer", duty_minor=DUTY)

    def document(self, movement: Movement) -> Message:
        return read_message(bytes(movement.messages.get(code="IE801").xml))

    def coming(self, arc: str, consignee: str = OURS) -> Message:
        """The document of a movement of theirs to us."""
        draft = draft_message("CN-1", consignor=THEIRS, consignee=consignee)
        head = answering.header("CN", "MM", f"doc-{arc}", clock.now().replace(microsecond=0))
        return answering.accepted(draft, arc, clock.now().replace(microsecond=0), head)


@pytest.fixture
def winery(customs: Organisation) -> Operator:
    row = entries.register(
        Operator(
            organisation=customs,
            excise_number=OURS,
            name="Sample winery",
            tax_number="1",
            kind="producer",
            country="MM",
            address="Sample street",
            registered_on=date(2026, 1, 1),
        ),
        actor="officer",
    )
    licensing.license_operator(
        Authorisation(operator=row, kind="send", product_groups=["W"], valid_from=date(2026, 1, 1)),
        actor="officer",
    )
    return row


def guaranteed(
    operator: Operator, number: str = "G-1", amount_minor: int = 100 * DUTY, **more: Any
) -> Guarantee:
    """A guarantee of an operator with its guarantor's consent."""
    bank, year = generate_p256(), clock.now().year
    fields: dict[str, Any] = {
        "organisation": operator.organisation,
        "operator": operator,
        "number": number,
        "kind": "comprehensive",
        "guarantor_name": "Sample bank",
        "guarantor_number": "1002600000099",
        "guarantor_jwk": consent.public_jwk(bank.public_key()),
        "currency": "MMK",
        "amount_minor": amount_minor,
        "valid_from": date(year - 1, 1, 1),
        "valid_until": date(year + 1, 12, 31),
        **more,
    }
    row = guarantees.register(Guarantee(**fields), actor="officer")
    return guarantees.take_consent(row, consent.sign(bytes(row.statement), bank), actor="officer")


@pytest.fixture
def guarantee(winery: Operator) -> Guarantee:
    return guaranteed(winery)


@pytest.fixture
def corridor(
    cn: ForeignNode, partner: Partner, customs: Organisation, winery: Operator, guarantee: Guarantee
) -> Corridor:
    kinds = [kind for kind in registry.record_types().values() if kind.name in NAMES]
    grants = [
        (kind.key, sender, receiver, sorted(registry.model_of(kind.key).model_fields))
        for kind in kinds
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
    return Corridor(cn, partner, agreement, customs)


NAMES = {"excise.movement-message", "excise.gate-scan"}


@pytest.fixture
def officer(corridor: Corridor) -> Client:
    """The browser of an officer of customs."""
    person = Officer.objects.create_user("officer@node.test", "Officer", "seven calm rivers")
    Membership.objects.create(officer=person, organisation=corridor.customs, role=Role.OFFICER)
    client = Client()
    client.force_login(person)
    return client
