"""From a program's question to the figures that it is answered."""

from isthmus.apps.solar.engine.rules.battery import CHEMISTRIES
from isthmus.apps.solar.loads.rules.shapes import SHAPES
from isthmus.apps.solar.sizing import queries
from isthmus.apps.solar.sizing import told_analytics as told
from isthmus.apps.solar.sizing.analytics import simulate, size_each
from isthmus.apps.solar.sizing.api_shapes import SolarQuestion, SolarSimulationAsked, SolarSizeAsked
from isthmus.apps.solar.sizing.question_analytics import Prepared, Question, prepared
from isthmus.apps.solar.sizing.rules.prices import Owned
from isthmus.apps.solar.sizing.rules.usual import TARGETS


def prepared_for(asked: SolarQuestion, owned: Owned) -> Prepared:
    """What the engine needs. BadInput where something is missing, contradicts or cannot be."""
    named = SHAPES.get(asked.shape)
    return prepared(
        Question(
            place=asked.place,
            lat=asked.lat,
            lon=asked.lon,
            wh_per_day=asked.wh_per_day,
            appliances=asked.appliances,
            country=asked.country or "",
            measured_wh=asked.measured_wh,
            growth=asked.growth,
            owned=owned,
            shape=tuple(float(share) for share in asked.shape.split(",")) if named is None else named,
            tilt=asked.tilt,
            pwm_cells=asked.pwm_cells,
            volts=float(asked.volts),
            air_c=asked.air,
            seed=asked.seed,
            seeds=asked.seeds,
        )
    )


def sized(asked: SolarSizeAsked) -> told.Facts:
    """The cheapest systems that are good enough."""
    owned = Owned(asked.owned_wp, asked.owned_wh)
    ready = prepared_for(asked, owned)
    targets = TARGETS if asked.llp is None else {"asked": asked.llp}
    found = size_each(ready.hours, CHEMISTRIES[asked.battery], queries.prices(), targets, owned)
    return told.designs(ready, found, told.lives_of(ready, found))


def simulated(asked: SolarSimulationAsked) -> told.Facts:
    """How one system does."""
    owned = Owned(asked.owned_wp, asked.owned_wh)
    ready = prepared_for(asked, owned)
    battery = CHEMISTRIES[asked.battery]
    found = {"given": simulate(ready.hours, asked.pv_wp, asked.battery_wh, battery, queries.prices(), owned)}
    return told.designs(ready, found, told.lives_of(ready, found))
