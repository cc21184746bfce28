"""The houses of Family solar in the order of their pages."""

from isthmus.apps.solar.payment.house import HOUSE as PAYMENT
from isthmus.apps.solar.planning.house import HOUSE as PLANNING
from isthmus.apps.solar.sizing.house import HOUSE as SIZING
from isthmus.apps.solar.surface.house import HOUSE as SURFACE
from isthmus.apps.solar.tenders.house import HOUSE as TENDERS
from isthmus.exchange.house import Houses

HOUSES = Houses((SIZING, SURFACE, PLANNING, PAYMENT, TENDERS))
