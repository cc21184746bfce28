"""What the house of events has in the story: bottles made, packed and sold, and one event declared wrong."""

import json
from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.events.services import capture
from tests.apps.excise.events.conftest import PLACE, SGTIN, document, event

SSCC = "urn:epc:id:sscc:4012345.0000000333"
LOT = "urn:epc:class:lgtin:4012345.012345.L1"
WRONG = {"declarationTime": "2026-07-25T00:00:00Z", "reason": "incorrect_data"}


def tell(organisation: Organisation) -> dict[str, Any]:
    """The keys of an event that stands and of one that was declared wrong."""
    shipped = event(
        bizStep="shipping", disposition="in_transit", action="OBSERVE", eventTime="2026-07-24T08:00:00+03:00"
    )
    packed = event(
        type="AggregationEvent",
        epcList=None,
        bizStep="packing",
        parentID=SSCC,
        childEPCs=[SGTIN],
        childQuantityList=[{"epcClass": LOT, "quantity": 200.5, "uom": "LTR"}],
        bizLocation={"id": PLACE},
        eventTime="2026-07-23T08:00:00+03:00",
    )
    said = (event(), packed, shipped, shipped | {"errorDeclaration": WRONG})
    rows = capture(json.dumps(document(*said)).encode(), organisation=organisation, actor="story").events
    return {"event": rows[1].pk, "event_in_error": rows[2].pk}
