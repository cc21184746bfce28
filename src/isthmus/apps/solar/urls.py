"""The addresses of Family solar's pages, a line each house."""

from isthmus.apps.solar.payment.urls import PATHS as PAYMENT
from isthmus.apps.solar.planning.urls import PATHS as PLANNING
from isthmus.apps.solar.sizing.urls import PATHS as SIZING
from isthmus.apps.solar.surface.urls import PATHS as SURFACE
from isthmus.apps.solar.tenders.urls import PATHS as TENDERS

app_name = "solar"
urlpatterns = [*SIZING, *SURFACE, *PLANNING, *PAYMENT, *TENDERS]
