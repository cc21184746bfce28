"""The houses of Workshops in the order of their pages."""

from isthmus.apps.workshops.delegates.house import HOUSE as DELEGATES
from isthmus.apps.workshops.expenditure.house import HOUSE as EXPENDITURE
from isthmus.apps.workshops.nominations.house import HOUSE as NOMINATIONS
from isthmus.apps.workshops.programme.house import HOUSE as PROGRAMME
from isthmus.apps.workshops.reporting.house import HOUSE as REPORTING
from isthmus.exchange.house import Houses

HOUSES = Houses((PROGRAMME, NOMINATIONS, DELEGATES, EXPENDITURE, REPORTING))
