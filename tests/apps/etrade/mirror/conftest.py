"""A corridor with one shipment on both sides, one that was cancelled, and one that goes the other way."""

import pytest

from isthmus.apps.etrade.models import Declaration, Direction, Origin
from isthmus.kit import clock
from isthmus.trust.models import Partner
from tests.apps.etrade.conftest import Customs


def lodged(
    customs: Customs, number: str, *, direction: Direction, partner: str = "", value: str, **more: str
) -> None:
    """A declaration as the services keep it: of this node, or of a partner."""
    item = {"number": 1, "hs_code": "071331", "hs_version": "2022", "net_kg": "100"}
    match = {"currency": "USD", "cif_value" if direction == Direction.IMPORT else "fob_value": value}
    Declaration.objects.create(
        direction=direction,
        origin=Origin.PARTNER if partner else Origin.OWN,
        organisation=customs.organisation,
        partner=partner,
        number=number,
        items=1,
        body={"declaration_number": number, "items": [item], "match": match, "lodged_on": "2026-03-05"},
        received_at=clock.now(),
        **more,
    )


@pytest.fixture
def traded(customs: Customs, partner: Partner) -> Customs:
    lodged(customs, "CN-1", direction=Direction.EXPORT, partner="cn", value="1000")
    lodged(customs, "MM-1", direction=Direction.IMPORT, value="700", export_country="CN")
    lodged(customs, "MM-2", direction=Direction.IMPORT, value="9000", export_country="CN", state="cancelled")
    lodged(customs, "MM-3", direction=Direction.EXPORT, value="50", destination_country="CN")
    return customs
