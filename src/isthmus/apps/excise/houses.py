"""The houses of Excise in the order of their pages."""

from isthmus.apps.excise.assessment.house import HOUSE as ASSESSMENT
from isthmus.apps.excise.events.house import HOUSE as EVENTS
from isthmus.apps.excise.guarantees.house import HOUSE as GUARANTEES
from isthmus.apps.excise.movements.house import HOUSE as MOVEMENTS
from isthmus.apps.excise.permits.house import HOUSE as PERMITS
from isthmus.apps.excise.registry.house import HOUSE as REGISTRY
from isthmus.apps.excise.returns.house import HOUSE as RETURNS
from isthmus.apps.excise.stamps.house import HOUSE as STAMPS
from isthmus.apps.excise.tariff.house import HOUSE as TARIFF
from isthmus.exchange.house import Houses

HOUSES = Houses((TARIFF, REGISTRY, GUARANTEES, RETURNS, PERMITS, STAMPS, MOVEMENTS, EVENTS, ASSESSMENT))
