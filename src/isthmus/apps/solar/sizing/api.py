"""Sizing for programs: the same questions and figures as at the shell. Nothing is kept."""

from typing import Annotated

from ninja import Query

from isthmus.accounts.api import TokenRequest
from isthmus.apps.solar.sizing.api_shapes import SolarDesignsShown, SolarSimulationAsked, SolarSizeAsked
from isthmus.apps.solar.sizing.question_api import answered
from isthmus.exchange.api.routes import Routes

router = Routes("solar")


def _sized(asked: SolarSizeAsked) -> SolarDesignsShown:
    from isthmus.apps.solar.sizing import program_analytics as program

    return SolarDesignsShown.model_validate(program.sized(asked))


def _simulated(asked: SolarSimulationAsked) -> SolarDesignsShown:
    from isthmus.apps.solar.sizing import program_analytics as program

    return SolarDesignsShown.model_validate(program.simulated(asked))


@router.get("/size", response=SolarDesignsShown, summary="Size a family's system")
def size_solar_system(request: TokenRequest, asked: Annotated[SolarSizeAsked, Query()]) -> SolarDesignsShown:
    """The cheapest system of which no more than `llp` of the use stays unmet; three of them without `llp`."""
    return answered(request, asked, _sized)


@router.get("/simulate", response=SolarDesignsShown, summary="Simulate a family's system")
def simulate_solar_system(
    request: TokenRequest, asked: Annotated[SolarSimulationAsked, Query()]
) -> SolarDesignsShown:
    """How a system does that exists or is thought of."""
    return answered(request, asked, _simulated)
