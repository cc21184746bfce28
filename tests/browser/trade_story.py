"""What the desk of E-Trade has in the story: certificates, licences, movements, questions, versions."""

from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade import services as etrade
from isthmus.apps.etrade.models import DOCUMENT_MODELS, Declaration, Kind, Query, TradeDocument
from isthmus.exchange import registry
from isthmus.exchange.models import Agreement, Decision
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services import agreements
from isthmus.exchange.services.desks import set_desk
from isthmus.exchange.services.inbox import receive
from isthmus.trust.models import Partner
from isthmus.wire import codec
from tests.foreign import ForeignNode, terms

EXPORT = "etrade.export-declaration/1"
TITLE = "Certificates, licences, movements and questions between Myanmar and China"
LONG = "Gesellschaft für Außenwirtschaft und Kraftfahrzeugersatzteilgroßhandel mbH (Sample data)"


def _agree(cn: ForeignNode, partner: Partner) -> Agreement:
    """Every record of E-Trade but the export declaration, which has its own agreement."""
    keys = [kind.key for kind in registry.record_types().values() if kind.name.startswith("etrade.")]
    grants = [
        (key, *way, sorted(registry.model_of(key).model_fields))
        for key in keys
        if key != EXPORT
        for way in (("cn", "mm"), ("mm", "cn"))
    ]
    content = AgreementV1.model_validate_json(codec.encode(terms(grants=grants, title=TITLE)))
    row = agreements.propose(content, actor="Thiri Aung")
    body = {
        "agreement": str(row.uuid),
        "digest": row.digest,
        "decision": Decision.SIGNED.value,
        "reason": "",
    }
    receive(partner, [cn.send("exchange.agreement-answer/1", body)])
    for key in keys:
        if key != EXPORT:
            set_desk(key, Organisation.objects.get(code="customs"), actor="story")
    return row


def _documents(customs: Organisation) -> None:
    stated: list[tuple[Kind, dict[str, Any]]] = [
        (
            Kind.LICENCE,
            {
                "number": "EL-77",
                "version": 1,
                "status": "issued",
                "direction": "export",
                "holder_name": LONG,
                "valid_until": "2026-12-20",
                "items": [{"number": 1, "hs_prefix": "07", "quantity": "1000", "unit": "KGM"}],
            },
        ),
        (Kind.MANIFEST, {"number": "MF-9", "version": 1, "status": "lodged", "conveyance": "Sample Star"}),
    ]
    for kind, body in stated:
        record = DOCUMENT_MODELS[kind].model_validate_json(codec.encode(body))
        etrade.state(record, customs, actor="officer@node.test")


def _partner_says(cn: ForeignNode, partner: Partner, agreed: Agreement) -> None:
    amended = {
        "declaration_number": "CN-1",
        "consignee_name": LONG,
        "items": [{"number": 1, "hs_code": "071339"}],
    }
    said: list[tuple[str, dict[str, Any]]] = [
        (
            "certificate-of-origin",
            {
                "number": "FORM-E-2026-000017",
                "version": 1,
                "status": "issued",
                "form": "E",
                "exporter_name": LONG,
                "valid_until": "2030-01-31",
                "items": [
                    {"number": 1, "hs_code": "071331", "criterion": "WO", "quantity": "24000", "unit": "KGM"}
                ],
            },
        ),
        (
            "transit",
            {
                "number": "26CN0000000000017",
                "version": 1,
                "status": "departed",
                "office_of_destination": "MMMUS",
                "plate": "云A 12345",
                "seals": ["CN-S-1", "CN-S-2"],
            },
        ),
        (
            "declaration-event",
            {
                "declaration": "export",
                "declaration_number": "CN-1",
                "event": "amend",
                "version": 2,
                "export_declaration": amended,
            },
        ),
        (
            "query",
            {
                "number": "CN-Q-1",
                "about": "export-declaration",
                "reference": Declaration.objects.filter(origin="own").earliest("pk").number,
                "issued_by": "receiver",
                "question": "Your declaration says 24,000 kg; our scales say 21,300 kg. Which is right?",
                "due_on": "2026-11-20",
            },
        ),
    ]
    for name, body in said:
        token = cn.send(f"etrade.{name}/1", body, subject=body.get("number", "CN-1"), agreement=agreed.uuid)
        receive(partner, [token])


def tell(customs: Organisation, cn: ForeignNode, partner: Partner) -> dict[str, Any]:
    """Documents of both sides, an amended declaration, a question that waits; what the pages need of them."""
    agreed = _agree(cn, partner)
    _documents(customs)
    _partner_says(cn, partner, agreed)
    arrived = Declaration.objects.get(number="CN-1")
    etrade.respond(arrived, "held", actor="officer@node.test", reason="The seal is broken.", place="Muse")
    return {
        "licence": TradeDocument.objects.get(kind=Kind.LICENCE),
        "certificate": TradeDocument.objects.get(kind=Kind.CERTIFICATE_OF_ORIGIN),
        "movement": TradeDocument.objects.get(kind=Kind.TRANSIT),
        "question": Query.objects.get(),
    }
