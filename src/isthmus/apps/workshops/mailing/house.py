"""What mailing declares to the node."""

from isthmus.exchange.house import House
from isthmus.jobs.declare import JobKind, daily

HOUSE = House(
    jobs=(
        JobKind(
            "workshops.remind",
            "isthmus.apps.workshops.mailing.services.reminding:remind",
            schedule=daily(5, 10),
        ),
    )
)
