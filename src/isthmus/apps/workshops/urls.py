"""The addresses of Workshops' pages, a line each house."""

from isthmus.apps.workshops.agenda.urls import PATHS as AGENDA
from isthmus.apps.workshops.attendance.urls import PATHS as ATTENDANCE
from isthmus.apps.workshops.certificates.urls import PATHS as CERTIFICATES
from isthmus.apps.workshops.delegates.urls import PATHS as DELEGATES
from isthmus.apps.workshops.embassies.urls import PATHS as EMBASSIES
from isthmus.apps.workshops.evaluation.urls import PATHS as EVALUATION
from isthmus.apps.workshops.expenditure.urls import PATHS as EXPENDITURE
from isthmus.apps.workshops.followups.urls import PATHS as FOLLOWUPS
from isthmus.apps.workshops.funding.urls import PATHS as FUNDING
from isthmus.apps.workshops.iati.urls import PATHS as IATI
from isthmus.apps.workshops.letters.urls import PATHS as LETTERS
from isthmus.apps.workshops.nominations.urls import PATHS as NOMINATIONS
from isthmus.apps.workshops.participants.urls import PATHS as PARTICIPANTS
from isthmus.apps.workshops.plans.urls import PATHS as PLANS
from isthmus.apps.workshops.programme.urls import PATHS as PROGRAMME
from isthmus.apps.workshops.reporting.urls import PATHS as REPORTING
from isthmus.apps.workshops.selection.urls import PATHS as SELECTION

app_name = "workshops"
urlpatterns = [
    *PROGRAMME,
    *NOMINATIONS,
    *DELEGATES,
    *FOLLOWUPS,
    *PARTICIPANTS,
    *AGENDA,
    *ATTENDANCE,
    *EVALUATION,
    *CERTIFICATES,
    *EXPENDITURE,
    *FUNDING,
    *REPORTING,
    *IATI,
    *LETTERS,
    *EMBASSIES,
    *SELECTION,
    *PLANS,
]
