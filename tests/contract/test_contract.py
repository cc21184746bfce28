"""Every operation against what the OpenAPI document says of it, with data that nobody would think of."""

import io
import json
from datetime import date
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
import schemathesis
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Response
from schemathesis.checks import (
    CheckContext,
    CheckFunction,
    content_type_conformance,
    negative_data_rejection,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from isthmus.accounts import api
from isthmus.accounts.models import Organisation
from isthmus.accounts.throttle import Throttle
from isthmus.apps.etrade.models import Case, Corridor, Declaration, MatchRound, Query
from isthmus.apps.etrade.records import LicenceV1, LicensedItemV1
from isthmus.apps.etrade.services import state
from isthmus.apps.excise.assessment.services import stating
from isthmus.apps.excise.events.services import capture
from isthmus.apps.excise.guarantees import services as guarantees
from isthmus.apps.excise.guarantees.formats import consent
from isthmus.apps.excise.models import DutyReturn, Guarantee, Movement, Operator, Product
from isthmus.apps.excise.movements.services import sending
from isthmus.apps.excise.permits.services import permits, quotas
from isthmus.apps.excise.registry.services.entries import enter_product, register
from isthmus.apps.excise.returns.services import declaring
from isthmus.apps.excise.stamps.services import issuing, requesting
from isthmus.apps.excise.tariff.formats.lines import read_lines
from isthmus.apps.solar.sizing import question_api
from isthmus.exchange.models import Agreement, Attachment, Naming, Record
from isthmus.exchange.services import attachments
from isthmus.kit import clock
from isthmus.node.wsgi import application
from isthmus.wire.keys import generate_p256
from tests.api_client import organisation, populate, publication, secret_for
from tests.apps.etrade.reference.lists import load_sample_lists
from tests.apps.excise.events.conftest import document, event
from tests.apps.excise.movements.conftest import draft_xml
from tests.browser import expert_story, partner_story, project_story, solar_story, workshop_story
from tests.foreign import ForeignNode


def wrong_requests_are_refused(ctx: CheckContext, response: Response, case: schemathesis.Case) -> bool | None:
    """The library's check, but for invented parameters that never left: an empty list has no written form."""
    declared = {parameter.name for parameter in case.operation.query}
    invented = set(case.query or {}) - declared
    sent = {name for name, _ in parse_qsl(urlsplit(response.request.url).query, keep_blank_values=True)}
    if invented and not sent - declared:
        return None
    return negative_data_rejection(ctx, response, case)


CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    response_schema_conformance,
    content_type_conformance,
    wrong_requests_are_refused,
]

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@pytest.fixture
def secret(cn: ForeignNode, agreed: Agreement, monkeypatch: pytest.MonkeyPatch) -> str:
    """An officer's token of an organisation with records, documents, declarations and code lists."""
    # A request outside of a test closes the connection, and the test's transaction with it.
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda _self: None)
    monkeypatch.setattr(api, "REQUESTS", Throttle(burst=1_000_000, per_minute=1_000_000))
    # A question of sizing costs a second: three of each test are answered, the others are told to wait.
    monkeypatch.setattr(question_api, "QUESTIONS", Throttle(burst=3, per_minute=1))
    populate(cn, agreed)
    load_sample_lists()
    return secret_for("customs")


def a_case(customs: Organisation) -> Case:
    corridor = Corridor.objects.create(partner="cn", way="in", currency="USD")
    export = Declaration.objects.get(number="CN-1")
    return Case.objects.create(
        corridor=corridor,
        organisation=customs,
        number="C0123456789ab",
        reason="missing-import",
        export_key="CN-1#1",
        export=export,
        hs_code="851713",
        accepted_link=True,
        stake="4100.00",
        stake_kind="value",
        figures={"e_grams": 1_120_500, "e_hs6": 851713, "same_code": 3, "linked": 2},
        opened_at=clock.now(),
    )


def a_match(customs: Organisation) -> MatchRound:
    asked = MatchRound.objects.create(
        origin="own",
        partner="cn",
        organisation=customs,
        number="MM-M-1",
        direction="export",
        from_day="2026-11-01",
        until_day="2026-11-30",
        tokens=2,
        asked_at=clock.now(),
        answered_at=clock.now(),
        body={},
    )
    own = Declaration.objects.filter(origin="own").earliest("pk")
    asked.found.create(declaration=own, kind="plate", token="a" * 64, hit=True)
    return asked


def an_event(customs: Organisation) -> int:
    content = json.dumps(document(event(**{"my:weight": 1.5}))).encode()
    (row,) = capture(content, organisation=customs, actor="test").events
    return row.pk


def a_movement(customs: Organisation) -> Movement:
    return sending.draft(customs, draft_xml(consignee="MM00000000033"), actor="test")


def a_return(customs: Organisation) -> DutyReturn:
    operator = Operator(
        organisation=customs,
        excise_number="MD00000000017",
        name="Sample brewery",
        tax_number="1",
        kind="producer",
        country="MD",
        address="Orhei",
        registered_on=date(2021, 1, 1),
    )
    goods = b"product,abv,volume_l,quantity,date\nbeer,5,0.5,10,2023-05-02\n"
    lines = list(read_lines(goods))
    row = declaring.draft(register(operator, actor="test"), date(2023, 5, 1), "release", lines, actor="test")
    return declaring.declare(row, actor="test")


def a_guarantee(operator: Operator) -> int:
    guarantee = Guarantee(
        organisation=operator.organisation,
        operator=operator,
        number="G-17",
        kind="comprehensive",
        guarantor_name="Sample bank",
        guarantor_number="1002600000099",
        guarantor_jwk=consent.public_jwk(generate_p256().public_key()),
        currency="MDL",
        amount_minor=100_000,
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
    )
    return guarantees.register(guarantee, actor="test").pk


def a_permit(operator: Operator) -> int:
    quotas.grant(operator, "Sample island", 2023, 5_000, why="By beds", key="1", actor="test")
    return permits.apply(operator, 2023, "Gin", 5_000, actor="test").pk


def a_tender(customs: Organisation) -> int:
    """One that waits for a decision, with an open quote, a rate and a sealed one."""
    return solar_story.tell(customs)["tender_deciding"]


def a_topic(customs: Organisation) -> int:
    """One at its pilot gate, with everything that a topic can have."""
    found: int = project_story.tell(customs)["pj_topic"]
    return found


def real_values(record: Record) -> dict[str, str]:
    """Path parameters that lead to what the node holds; invented ones lead to 404 alone."""
    paper = attachments.keep(io.BytesIO(b"a paper"), name="paper.txt", media_type="text/plain", actor="test")
    Naming.objects.create(
        attachment=Attachment.objects.get(sha256=paper.sha256),
        stream=record.stream,
        leaf=record.leaf,
        place=1,
        name=paper.name,
        media_type=paper.media_type,
    )
    customs = organisation("customs")
    stamps = requesting.at_the_command_line(
        "customs", gtin="4006381333931", product="Sample", count=3, proof="plain", actor="test"
    )
    licence = LicenceV1(
        number="EL-77",
        version=1,
        status="issued",
        items=(LicensedItemV1(number=1, hs_prefix="0713", quantity="1000", unit="KGM"),),
    )
    question = Query.objects.create(
        origin="partner",
        partner="cn",
        organisation=customs,
        number="CN-Q-1",
        about="export-declaration",
        reference="EX-1",
        question="Did 20 bags leave?",
        asked_at=clock.now(),
        body={},
    )
    declared = a_return(customs)
    product = Product(
        operator=declared.operator,
        gtin="4006381333931",
        name="Sample beer",
        hs_code="220300",
        excise_code="B000",
        abv_thousandths=5_000,
        volume_ml=500,
        container="Can",
    )
    return {
        "return_number": str(declared.number),
        "gtin": enter_product(product, actor="test").gtin,
        "excise_number": declared.operator.excise_number,
        "batch": str(issuing.issue(stamps, actor="test").pk),
        "stamp_request": str(stamps.number),
        "document": str(state(licence, customs, actor="test").document.pk),
        "question": str(question.pk),
        "leaf": record.leaf,
        "sha256": paper.sha256,
        "name": quote("mm>cn#1", safe=""),
        "agreement": str(Agreement.objects.get().pk),
        "declaration": str(Declaration.objects.get(number="CN-1").pk),
        "case": str(a_case(customs).pk),
        "match": str(a_match(customs).pk),
        "edition": "2022",
        "hs_code": "071331",
        "locode": "MMRGN",
        "partner": "cn",
        "event": str(an_event(customs)),
        "assessment": str(stating.open_assessment(customs, "cn", actor="test").pk),
        "guarantee": str(a_guarantee(declared.operator)),
        "movement": str(a_movement(customs).pk),
        "permit": str(a_permit(declared.operator)),
        "tender": str(a_tender(customs)),
        **a_workshop(customs),
        "topic": str(a_topic(customs)),
        "key": expert_story.from_abroad(record.leaf).key,
        "need": str(partner_story.tell(customs)["bp_need"]),
    }


def a_workshop(owner: Organisation) -> dict[str, str]:
    """A programme and its workshop, in the middle of their work."""
    told = workshop_story.tell(owner)
    return {"programme": told["ws_programme"], "workshop": told["ws_held"]}


@schema.parametrize()
@settings(
    # What a database refuses, such as a zero byte, is among the first few; the rest was asked on SQLite.
    max_examples=12 if connection.vendor == "sqlite" else 4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_keeps_its_contract(case: schemathesis.Case, secret: str) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=CHECKS)


def test_what_is_there_is_answered_as_promised(secret: str) -> None:
    known = real_values(Record.objects.get(subject="EX-2"))
    answered = set()
    for operation in (found.ok() for found in schema.get_all_operations()):
        names = [parameter.name for parameter in operation.path_parameters]
        if operation.method != "get" or not names or "record-types" in operation.path:
            continue
        case = operation.Case(path_parameters={name: known[name] for name in names})
        response = case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=CHECKS)
        assert response.status_code == 200, (operation.label, response.text)
        answered.add(operation.path)
    assert len(answered) == 44


def test_what_is_written_is_answered_as_promised(secret: str) -> None:
    declaration = Declaration.objects.filter(origin="own").earliest("pk")
    asked = [
        ("/records", {}, publication("EX-7"), {"Idempotency-Key": "EX-7"}, 201),
        ("/records", {}, publication("EX-8", dry_run=True), {}, 200),
        ("/etrade/declarations/{declaration}/send", {"declaration": declaration.pk}, {"to": "cn"}, {}, 201),
        ("/etrade/declarations/{declaration}/send", {"declaration": declaration.pk}, {"to": "cn"}, {}, 200),
    ]
    for path, place, body, headers, status in asked:
        operation = schema[f"/api/v1{path}"]["POST"]
        case = operation.Case(
            path_parameters=place, body=body, media_type="application/json", headers=headers
        )
        response = case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=CHECKS)
        assert response.status_code == status, response.text
