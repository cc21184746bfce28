"""Returns in every state of their life, and permits with theirs, for the pages of a node; sample data."""

from datetime import date
from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.models import Operator
from isthmus.apps.excise.registry.services import entries
from isthmus.apps.excise.returns.services import accounts, declaring
from isthmus.apps.excise.tariff.formats.lines import Written, read_lines
from tests.browser import permit_story

HEAD = "line,product,hs,abv,volume_l,quantity,date\n"


def _lines(month: str) -> list[Written]:
    goods = f"1,beer,2203,5,0.5,48000,2023-{month}-10\nbrandy,spirits,2208,40,0.5,1200,2023-{month}-20\n"
    return list(read_lines((HEAD + goods).encode()))


def tell(authority: Organisation) -> dict[str, Any]:
    """Write it; returns what the pages need."""
    operator = entries.register(
        Operator(
            organisation=authority,
            excise_number="MD00000000017",
            name="Codru Hills Distillery and Brewery (sample data)",
            tax_number="1003600000001",
            kind="producer",
            country="MD",
            address="Orhei",
            registered_on=date(2021, 1, 1),
        ),
        actor="officer@node.test",
    )

    def drafted(month: str) -> Any:
        day = date(2023, int(month), 1)
        return declaring.draft(operator, day, "release", _lines(month), actor="officer@node.test")

    paid = accounts.assess(
        declaring.declare(drafted("03"), actor="officer@node.test"), actor="officer@node.test"
    )
    accounts.pay(
        paid, 10_300_000, date(2023, 4, 20), bank="B-17 (sample)", key="1", actor="officer@node.test"
    )
    declared = declaring.declare(drafted("04"), actor="officer@node.test")
    return {
        "return_operator": operator.excise_number,
        "return_paid": paid.pk,
        "return_declared": declared.pk,
        "return_draft": drafted("05").pk,
    } | permit_story.tell(authority)
