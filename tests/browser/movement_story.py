"""What the house of movements has in the story: goods on the road that two loads were shown for."""

from datetime import date
from decimal import Decimal
from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.models import Authorisation, Operator
from isthmus.apps.excise.movements.formats import answering
from isthmus.apps.excise.movements.formats.writing import write_message
from isthmus.apps.excise.movements.models import Movement
from isthmus.apps.excise.movements.rules import arc as references
from isthmus.apps.excise.movements.services import book, sending
from isthmus.apps.excise.movements.services.answering import Differing, report_receipt
from isthmus.apps.excise.movements.services.gates import Seen, scan
from isthmus.apps.excise.registry.services.entries import register
from isthmus.apps.excise.registry.services.licensing import license_operator
from isthmus.kit import clock
from tests.apps.excise.movements.conftest import DUTY, draft_message, draft_xml, guaranteed


def tell(organisation: Organisation) -> dict[str, Any]:
    """The keys of a movement within this country that is on the road, and of a draft."""
    drafted = sending.draft(organisation, draft_xml("SAMPLE-2", consignee="MM00000000033"), actor="story")
    now = clock.now().replace(microsecond=0)
    arc = references.compose(now.year, "MM", "SAMPLE")
    message = answering.accepted(
        draft_message("SAMPLE-1", consignee="MM00000000033"),
        arc,
        now,
        answering.header("MM", "MM", "s1", now),
    )
    row = book.opened(arc, organisation.pk)
    book.keep(row, message, write_message(message), actor="story")
    book.refresh(row)
    for plate in ("AB 123", "ZZ 9"):
        scan(organisation, Seen(arc, "North gate", "out", plate, "S-77"), actor="story")
    assert Movement.objects.filter(pk=row.pk, state="accepted").exists()
    return {"moving": row.pk, "moving_drafted": drafted.pk, "moving_short": _short(organisation).pk}


def _short(organisation: Organisation) -> Movement:
    """A movement that arrived without some of its goods: the duty on them is still at stake."""
    number = "MM00000000051"
    consignor = register(
        Operator(
            organisation=organisation,
            excise_number=number,
            name="Winery of the long valley behind the seven hills (sample data)",
            tax_number="51",
            kind="producer",
            country="MM",
            address="Sample street",
            registered_on=date(2026, 1, 1),
        ),
        actor="story",
    )
    license_operator(
        Authorisation(operator=consignor, kind="send", product_groups=["W"], valid_from=date(2026, 1, 1)),
        actor="story",
    )
    guaranteed(consignor, "G-STORY-51")
    xml = draft_xml("SAMPLE-3", consignor=number, consignee="MM00000000033")
    row = sending.accept(sending.draft(organisation, xml, actor="story"), actor="story", duty_minor=DUTY)
    report_receipt(row, clock.now().date(), "2", [Differing(1, missing=Decimal("4.5"))], actor="story")
    return row
