"""A corridor with sample data: shipments whose two sides tally, and some that do not."""

from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.models import Declaration, DeclarationEvent, Origin
from isthmus.apps.etrade.records import DeclarationEventV1, ExportDeclarationV1, ImportDeclarationV1
from isthmus.apps.etrade.services import events, versions
from isthmus.wire import codec

PAIRS = range(1, 13)
EXPORTERS = [f"Kunming Orchard {name} Co (sample data)" for name in ("Red", "Blue", "Green", "Gold")]
CONSIGNEES = [f"Mandalay Market {name} Ltd (sample data)" for name in ("One", "Two", "Three", "Four")]


def export_of(number: int, **changes: Any) -> dict[str, Any]:
    """The body of a partner's export declaration; ``changes`` to the item and the match block by name."""
    net = str(changes.pop("net_kg", f"{17_000 + number * 613}.{number % 9 + 1}"))
    value = str(changes.pop("fob_value", 20_000 + number * 731))
    item = {"number": 1, "hs_code": changes.pop("hs_code", "071331"), "origin": "CN", "net_kg": net}
    match = {
        "net_kg": net,
        "fob_value": value,
        "currency": changes.pop("currency", "USD"),
        "transport_document": changes.pop("transport_document", f"MUSE{number:05d}"),
        "packages": 400 + number,
    }
    return {
        "declaration_number": f"CN-2026-{number:05d}",
        "exporter_name": EXPORTERS[number % 4],
        "consignee_name": CONSIGNEES[number % 4],
        "departure_date": f"2026-{3 + number % 3:02d}-{number % 27 + 1:02d}",
        "export_country": "CN",
        "destination_country": "MM",
        "items": [item],
        "match": match,
        **changes,
    }


def import_of(number: int, **changes: Any) -> dict[str, Any]:
    """The body of our own import declaration that answers ``export_of(number)``, with freight of 6 %."""
    export = export_of(number)
    net = str(changes.pop("net_kg", export["match"]["net_kg"]))
    value = str(changes.pop("cif_value", f"{int(export['match']['fob_value']) * 1.06:.2f}"))
    item = {**export["items"][0], "net_kg": net, "hs_code": changes.pop("hs_code", "071331")}
    match = {
        "net_kg": net,
        "cif_value": value,
        "currency": changes.pop("currency", "USD"),
        "transport_document": changes.pop("transport_document", f"MUSE{number:05d}"),
        "packages": 400 + number,
    }
    day = f"2026-{3 + number % 3:02d}-{number % 27 + 1:02d}"
    return {
        "declaration_number": f"MM-2026-{number:05d}",
        "exporter_name": EXPORTERS[number % 4].upper(),
        "consignee_name": CONSIGNEES[number % 4].replace("Ltd", "Limited"),
        "arrival_date": changes.pop("arrival_date", day),
        "export_country": "CN",
        "destination_country": "MM",
        "items": [item],
        "match": match,
        **changes,
    }


def lodge_export(body: dict[str, Any], organisation: Organisation) -> Declaration:
    """Let a partner's export declaration be here, as its handler does."""
    record = ExportDeclarationV1.model_validate_json(codec.encode(body))
    return versions.lodge(record, origin=Origin.PARTNER, partner="cn", organisation_id=organisation.pk)


def lodge_import(body: dict[str, Any], organisation: Organisation) -> Declaration:
    """Let our own import declaration be here."""
    record = ImportDeclarationV1.model_validate_json(codec.encode(body))
    return versions.lodge(record, origin=Origin.OWN, organisation_id=organisation.pk)


def amend(kind: str, body: dict[str, Any], organisation: Organisation) -> DeclarationEvent:
    """Amend a declaration of our own to this body, as its second version."""
    told = {"event": "amend", "version": 2, f"{kind}_declaration": body}
    return _tell(kind, body, organisation, told)


def withdraw(kind: str, body: dict[str, Any], organisation: Organisation) -> DeclarationEvent:
    """Cancel a declaration of our own."""
    return _tell(kind, body, organisation, {"event": "cancel"})


def _tell(
    kind: str, body: dict[str, Any], organisation: Organisation, told: dict[str, Any]
) -> DeclarationEvent:
    event = {"declaration": kind, "declaration_number": body["declaration_number"], **told}
    record = DeclarationEventV1.model_validate_json(codec.encode(event))
    return events.record_event(record, organisation, actor="officer")


def trade(organisation: Organisation, low: int = 5) -> None:
    """Twelve shipments, one of which is declared too low by our importer."""
    for number in PAIRS:
        lodge_export(export_of(number), organisation)
        changes: dict[str, Any] = {"cif_value": "9000"} if number == low else {}
        lodge_import(import_of(number, **changes), organisation)
