"""Every size and what reliability costs, for programs. Nothing is kept."""

from typing import Annotated

from ninja import Query

from isthmus.accounts.api import TokenRequest
from isthmus.apps.solar.sizing.api_shapes import SolarSurfaceAsked, SolarSurfaceShown
from isthmus.apps.solar.sizing.question_api import answered
from isthmus.exchange.api.routes import Routes

router = Routes("solar")


def _seen(asked: SolarSurfaceAsked) -> SolarSurfaceShown:
    from isthmus.apps.solar.engine.rules.battery import CHEMISTRIES
    from isthmus.apps.solar.sizing import queries
    from isthmus.apps.solar.sizing.program_analytics import prepared_for
    from isthmus.apps.solar.sizing.rules.prices import NOTHING
    from isthmus.apps.solar.surface import told_analytics as told
    from isthmus.apps.solar.surface.analytics import answer

    ready = prepared_for(asked, NOTHING)
    found = answer(ready.hours, CHEMISTRIES[asked.battery], queries.prices(), asked.llp, asked.side)
    return SolarSurfaceShown.model_validate(told.whole(ready, found))


@router.get("/surface", response=SolarSurfaceShown, summary="Show every size of a family's system")
def show_solar_surface(
    request: TokenRequest, asked: Annotated[SolarSurfaceAsked, Query()]
) -> SolarSurfaceShown:
    """How often each size of panel and battery runs short and what it costs, and the cheapest systems."""
    return answered(request, asked, _seen)
