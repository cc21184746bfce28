"""The handler of the record type of the benchmarks."""

from isthmus.exchange.handlers import Received
from isthmus.kit import clock
from isthmus.trust.statements import insert, new
from onerow.models import StoredRow


def store(received: Received) -> None:
    """Keep one row."""
    row = new(
        StoredRow,
        leaf=received.leaf,
        number=received.body.declaration_number,
        items=len(received.body.items),
        received_at=clock.now(),
    )
    insert([row])
