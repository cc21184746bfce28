"""Quotas of two islands, permits in every state, a release from bond and a count; sample data."""

from datetime import date
from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.models import Operator
from isthmus.apps.excise.permits.rules.states import How
from isthmus.apps.excise.permits.services import bond, draws, permits, quotas
from isthmus.apps.excise.registry.services import entries
from isthmus.apps.excise.tariff.formats.lines import read_lines

DAY = date(2023, 5, 10)
GOODS = b"product,abv,volume_l,quantity,cif,date\nspirits,40,0.7,1200,96000,2023-05-10\n"

WRONG = b"product,abv,volume_l,quantity,cif,date\nwine,12,0.75,600,9000,2023-05-10\n"


def _resort(authority: Organisation, number: str, name: str) -> Operator:
    return entries.register(
        Operator(
            organisation=authority,
            excise_number=number,
            name=f"{name} (sample data)",
            tax_number=f"T{number}",
            kind="importer",
            country="MV",
            address="Sample atoll",
            registered_on=date(2021, 1, 1),
        ),
        actor="officer@node.test",
    )


def tell(authority: Organisation) -> dict[str, Any]:
    """Write it; returns what the pages need."""
    near = _resort(authority, "MV00000000517", "Sandbank Lagoon Resort")
    far = _resort(authority, "MV00000000525", "Outer Reef Resort")
    row = quotas.grant(near, "Sandbank island", 2023, 900_000, why="By beds", key="1", actor="approver")
    other = quotas.grant(far, "Outer Reef island", 2023, 250_000, why="By beds", key="1", actor="approver")
    quotas.transfer(row, other, 50_000, reference="T 7/2023", why="Works", on=DAY, actor="approver")

    def applied(litres: int) -> Any:
        return permits.apply(near, 2023, "Spirits for the bars", litres * 1000, actor="resort")

    drawn = permits.approve(applied(600), 500_000, actor="approver")
    bond.receive(near, 400_000, on=DAY, reference="D 114 (sample)", key="1", actor="officer")
    lines = list(read_lines(GOODS))
    draw = draws.draw(drawn, How.EX_BOND, DAY, lines, key="1", actor="officer")
    wrong = draws.draw(drawn, How.CLEARANCE, DAY, list(read_lines(WRONG)), key="2", actor="officer")
    draws.reverse(wrong, on=DAY, why="The consignment did not arrive", key="1", actor="approver")
    bond.count(near, 63_300, on=DAY, why="Broken bottles", key="1", actor="officer")
    refused = permits.refuse(applied(300), why="The store is not locked", actor="approver")
    return {
        "permit_drawn": drawn.pk,
        "permit_draw": draw.pk,
        "permit_refused": refused.pk,
        "permit_applied": applied(100).pk,
        "permit_quota": row.pk,
        "permit_resort": near.excise_number,
    }
