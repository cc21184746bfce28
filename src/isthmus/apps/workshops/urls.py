"""The addresses of Workshops' pages, a line each house."""

from isthmus.apps.workshops.delegates.urls import PATHS as DELEGATES
from isthmus.apps.workshops.expenditure.urls import PATHS as EXPENDITURE
from isthmus.apps.workshops.iati.urls import PATHS as IATI
from isthmus.apps.workshops.nominations.urls import PATHS as NOMINATIONS
from isthmus.apps.workshops.programme.urls import PATHS as PROGRAMME
from isthmus.apps.workshops.reporting.urls import PATHS as REPORTING

app_name = "workshops"
urlpatterns = [*PROGRAMME, *NOMINATIONS, *DELEGATES, *EXPENDITURE, *REPORTING, *IATI]
