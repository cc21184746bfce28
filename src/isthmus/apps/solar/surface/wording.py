"""The pictures of a surface and of its frontier, with what one sees in them."""

from django.utils.translation import gettext as _

from isthmus.apps.solar.surface.analytics import Surface, System
from isthmus.apps.solar.surface.rules.frontier import LEVELS
from isthmus.ui.charts import Choice, FrontierChart, Mark, SurfaceChart
from isthmus.ui.charts.scale import brief
from isthmus.ui.formats import NBSP, amount, grouped


def percent(share: float) -> float:
    """A share in percent without the last bits of a float: 0.07 is 7, not 7.000000000000001."""
    return float(f"{share * 100:.6g}")


def percent_text(share: float) -> str:
    """A share as people read it: two digits that matter, at most three places."""
    said = percent(share)
    return f"{brief(float(f'{said:.2g}') if said < 10 else round(said, 1))}{NBSP}%"


def sizes(wp: int, battery_wh: int) -> str:
    """A system by its sizes."""
    return _("%(panel)s and %(battery)s") % {"panel": amount(wp, "Wp"), "battery": amount(battery_wh, "Wh")}


def surface_chart(surface: Surface, asked: System) -> SurfaceChart:
    """How often every size runs short, the system that was asked for marked."""
    one = asked.design
    return SurfaceChart(
        title=_("How much of the use is not met, by panel and battery"),
        x=surface.wp.tolist(),
        y=surface.battery_wh.tolist(),
        values=[[percent(share) for share in row] for row in surface.by_energy.tolist()],
        levels=tuple(percent(level) for level in LEVELS),
        x_name=_("Panel"),
        y_name=_("Battery, on its label"),
        x_unit="Wp",
        y_unit="Wh",
        unit="%",
        measure=_("Share of the use that is not met"),
        marks=(Mark(sizes(one.wp, one.battery_wh), one.wp, one.battery_wh),),
        picked=percent(asked.target),
        description=_(
            "Darker is less reliable. Every point on a line leaves the same share unmet; the dashed line is"
            " the %(asked)s that were asked for, and the diamond is the cheapest system on its good side:"
            " %(sizes)s."
        )
        % {"asked": percent_text(asked.target), "sizes": sizes(one.wp, one.battery_wh)},
    )


def frontier_chart(systems: tuple[System, ...], asked: System) -> FrontierChart:
    """What reliability costs: the cheapest system for each share unmet."""
    plain, good = systems[0], systems[-1]
    return FrontierChart(
        _("What reliability costs"),
        [
            Choice(
                sizes(one.design.wp, one.design.battery_wh),
                float(one.over_life),
                percent(round(one.design.by_energy, 6)),
                marked=one is asked,
            )
            for one in systems
        ],
        _("Cost over 20 years"),
        _("Share of the use that is not met"),
        asked.design.currency,
        "%",
        description=_(
            "From %(plain)s not met for %(less)s %(currency)s to %(good)s for %(more)s %(currency)s."
        )
        % {
            "plain": percent_text(plain.design.by_energy),
            "less": grouped(plain.over_life),
            "good": percent_text(good.design.by_energy),
            "more": grouped(good.over_life),
            "currency": asked.design.currency,
        },
    )
