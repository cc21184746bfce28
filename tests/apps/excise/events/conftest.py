"""A capture as a producer's system would send it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

SGTIN = "urn:epc:id:sgtin:4012345.011111.987"
LINK = "https://id.gs1.org/01/04012345111118/21/987"
PLACE = "urn:epc:id:sgln:4012345.00001.0"
Capture = Callable[..., bytes]


def event(**changes: Any) -> dict[str, Any]:
    """An ObjectEvent; a change of None leaves the member out."""
    said = {
        "type": "ObjectEvent",
        "eventTime": "2026-07-22T06:45:00+02:00",
        "eventTimeZoneOffset": "+02:00",
        "action": "ADD",
        "epcList": [SGTIN],
        "bizStep": "commissioning",
        "disposition": "active",
        "readPoint": {"id": PLACE},
    }
    return {name: value for name, value in (said | changes).items() if value is not None}


def document(*events: Any, **changes: Any) -> dict[str, Any]:
    """A document of these events; a change of None leaves the member out."""
    said = {
        "@context": [
            "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
            {"my": "https://my.example/"},
        ],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-07-22T10:30:00Z",
        "epcisBody": {"eventList": list(events)},
    }
    return {name: value for name, value in (said | changes).items() if value is not None}


@pytest.fixture
def written() -> Capture:
    return lambda *events, **changes: json.dumps(document(*events, **changes)).encode()
