"""The houses of Workshops in the order of their pages."""

from isthmus.apps.workshops.agenda.house import HOUSE as AGENDA
from isthmus.apps.workshops.attendance.house import HOUSE as ATTENDANCE
from isthmus.apps.workshops.certificates.house import HOUSE as CERTIFICATES
from isthmus.apps.workshops.delegates.house import HOUSE as DELEGATES
from isthmus.apps.workshops.embassies.house import HOUSE as EMBASSIES
from isthmus.apps.workshops.evaluation.house import HOUSE as EVALUATION
from isthmus.apps.workshops.expenditure.house import HOUSE as EXPENDITURE
from isthmus.apps.workshops.followups.house import HOUSE as FOLLOWUPS
from isthmus.apps.workshops.funding.house import HOUSE as FUNDING
from isthmus.apps.workshops.letters.house import HOUSE as LETTERS
from isthmus.apps.workshops.mailing.house import HOUSE as MAILING
from isthmus.apps.workshops.nominations.house import HOUSE as NOMINATIONS
from isthmus.apps.workshops.participants.house import HOUSE as PARTICIPANTS
from isthmus.apps.workshops.plans.house import HOUSE as PLANS
from isthmus.apps.workshops.programme.house import HOUSE as PROGRAMME
from isthmus.apps.workshops.reporting.house import HOUSE as REPORTING
from isthmus.apps.workshops.selection.house import HOUSE as SELECTION
from isthmus.exchange.house import Houses

HOUSES = Houses(
    (
        PROGRAMME,
        NOMINATIONS,
        DELEGATES,
        FOLLOWUPS,
        PARTICIPANTS,
        SELECTION,
        LETTERS,
        EMBASSIES,
        AGENDA,
        ATTENDANCE,
        EVALUATION,
        CERTIFICATES,
        PLANS,
        EXPENDITURE,
        FUNDING,
        REPORTING,
        MAILING,
    )
)
