"""GS1's own captures: every valid one is accepted, every invalid one refused, every hash is the reference's.

GS1's JSON Schema and JSON-LD context are read where the data is; nothing of them is part of the product.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from isthmus.apps.excise.events.formats.document import read_document
from isthmus.apps.excise.events.rules.hashing import pre_hash

DATA = os.environ.get("ISTHMUS_CONFORMANCE_DATA", "")
FOLDER = Path(DATA, "epcis")
pytestmark = pytest.mark.skipif(
    not (DATA and FOLDER.is_dir()), reason="ISTHMUS_CONFORMANCE_DATA names no folder with epcis"
)
VALID = sorted((FOLDER / "valid").glob("*.json")) if DATA else []
INVALID = sorted((FOLDER / "invalid").glob("*.json")) if DATA else []
REASONS = {
    "Combination_of_multiple_invalid_fields.json": [
        (1, "bizStep", "not-a-word"),
        (2, "disposition", "not-a-word"),
        (3, "sourceList[0].type", "not-a-word"),
        (4, "ilmd.materialType", "unknown-field"),
        (5, "eventTime", "not-a-time"),
        (5, "action", "not-closed-word"),
    ],
    "EPCISDocument_without_context.json": [(None, "@context", "missing")],
    "ObjectEvent_with_invalid_action.json": [(1, "action", "not-closed-word")],
    "ObjectEvent_with_invalid_certificationInfo.json": [
        (1, "certificationInfo[0]", "not-a-uri"),
        (1, "certificationInfo[1]", "not-a-uri"),
    ],
    "ObjectEvent_with_invalid_eventTime_format.json": [(1, "eventTime", "not-a-time")],
    "ObjectEvent_with_non_standard_disposition.json": [(1, "disposition", "not-a-word")],
    "ObjectEvent_without_identifier_list.json": [(1, "epcList", "nothing-named")],
}


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_every_valid_capture_is_accepted(path: Path) -> None:
    found = read_document(path.read_bytes())
    assert found.faults == ()
    assert len(found.events) == len(json.loads(path.read_bytes())["epcisBody"]["eventList"])


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_every_invalid_capture_is_refused_with_its_reasons(path: Path) -> None:
    found = read_document(path.read_bytes())
    assert found.events == ()
    assert [(fault.event, fault.field, fault.code) for fault in found.faults] == REASONS[path.name]


def schema() -> Any:
    """GS1's schema as a validator, its parts found where the data is."""
    import jsonschema_rs

    root = FOLDER / "gs1" / "JSON-Schema"

    def load(address: str) -> Any:
        name = address.removeprefix("https://gs1.github.io/EPCIS/JSON-Schema/")
        return json.loads((root / name).read_bytes())

    return jsonschema_rs.validator_for(
        load("EPCIS-JSON-Schema-root.json"), retriever=load, validate_formats=True
    )


def test_gs1s_schema_agrees_but_for_its_own_gaps() -> None:
    """Its lists lack one word in use, and it knows no persistent disposition of an aggregation."""
    validator = schema()
    refused = [path.stem for path in VALID if not validator.is_valid(json.loads(path.read_bytes()))]
    assert refused == ["AggregationEvent_with_persistentDisposition", "TransactionEvent_with_userExtensions"]


def reference(document: dict[str, Any]) -> list[str]:
    """The texts that the package of CBV 2.0's authors hashes; its state and its downloads are kept out."""
    from epcis_event_hash_generator import hash_generator, json_to_py
    from pyld import jsonld

    context = json.loads((FOLDER / "gs1" / "epcis-context.jsonld").read_bytes())
    jsonld.set_document_loader(
        lambda url, _options=None: {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": context,
        }
    )
    json_to_py._namespaces.clear()
    events = json_to_py.event_list_from_epcis_document_str(json.dumps(document))
    found: list[str] = hash_generator.derive_prehashes_from_events(events)
    return found


def without_untyped_transactions(document: dict[str, Any]) -> dict[str, Any]:
    """The package cannot hash a business transaction without a type: it stops with an IndexError."""
    for event in document["epcisBody"]["eventList"]:
        listed = event.get("bizTransactionList", [])
        if any("type" not in one for one in listed):
            event["bizTransactionList"] = [one for one in listed if "type" in one] or [
                {"type": "po", "bizTransaction": "urn:x:y"}
            ]
    return document


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_every_hash_is_the_references(path: Path) -> None:
    from epcis_event_hash_generator import hash_generator

    document = without_untyped_transactions(json.loads(path.read_bytes()))
    found = read_document(json.dumps(document).encode())
    texts = reference(document)
    assert [pre_hash(event.body, found.namespaces) for event in found.events] == texts
    hashes = hash_generator.calculate_hashes_from_pre_hashes(texts)
    assert [event.name for event in found.events] == hashes
