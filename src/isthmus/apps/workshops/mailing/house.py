"""What mailing declares to the node."""

from isthmus.exchange.house import House
from isthmus.jobs.declare import JobKind, daily

_REMIND = "isthmus.apps.workshops.mailing.services.reminding:remind"

HOUSE = House(jobs=(JobKind("workshops.remind", _REMIND, schedule=daily(5, 10)),))
