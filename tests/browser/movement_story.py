"""What the house of movements has in the story: goods on the road that two loads were shown for."""

from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.movements.formats import answering
from isthmus.apps.excise.movements.formats.writing import write_message
from isthmus.apps.excise.movements.models import Movement
from isthmus.apps.excise.movements.rules import arc as references
from isthmus.apps.excise.movements.services import book, sending
from isthmus.apps.excise.movements.services.gates import Seen, scan
from isthmus.kit import clock
from tests.apps.excise.movements.conftest import draft_message, draft_xml


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
    return {"moving": row.pk, "moving_drafted": drafted.pk}
