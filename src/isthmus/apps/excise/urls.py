"""The addresses of Excise's pages, a line each house."""

from isthmus.apps.excise.assessment.urls import PATHS as ASSESSMENT
from isthmus.apps.excise.events.urls import PATHS as EVENTS
from isthmus.apps.excise.guarantees.urls import PATHS as GUARANTEES
from isthmus.apps.excise.movements.urls import PATHS as MOVEMENTS
from isthmus.apps.excise.permits.urls import PATHS as PERMITS
from isthmus.apps.excise.registry.urls import PATHS as REGISTRY
from isthmus.apps.excise.returns.urls import PATHS as RETURNS
from isthmus.apps.excise.stamps.urls import PATHS as STAMPS
from isthmus.apps.excise.tariff.urls import PATHS as TARIFF

app_name = "excise"
urlpatterns = [
    *TARIFF,
    *RETURNS,
    *PERMITS,
    *GUARANTEES,
    *REGISTRY,
    *STAMPS,
    *MOVEMENTS,
    *EVENTS,
    *ASSESSMENT,
]
