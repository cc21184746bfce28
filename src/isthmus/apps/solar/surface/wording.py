"""The pictures of a surface, of its frontier and of a system's year, with what one sees in them."""

from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import gettext as _

from isthmus.apps.solar.sizing.rules.living import Floats, months_short
from isthmus.apps.solar.sizing.wording import months_words
from isthmus.apps.solar.surface.analytics import Surface, System
from isthmus.apps.solar.surface.rules.usual import LEVELS
from isthmus.apps.solar.surface.rules.year import Year
from isthmus.apps.solar.surface.shares_wording import percent, percent_text
from isthmus.ui.charts import (
    BarChart,
    Choice,
    FrontierChart,
    LineChart,
    Mark,
    Series,
    SurfaceChart,
)
from isthmus.ui.components import Amount, Fact
from isthmus.ui.formats import amount, grouped
from isthmus.ui.table import Column, Table, tabulate

_WH_IN_KWH = 1000.0


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
            "The stronger the shade, the less reliable. Every point on a line leaves the same share unmet;"
            " the dashed line is the %(asked)s that were asked for, and the diamond is the cheapest system on"
            " its good side: %(sizes)s."
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


def facts_of(one: System) -> tuple[Fact, ...]:
    """The system that was asked for, every number with its unit."""
    design = one.design
    interval = {"low": percent_text(design.low), "high": percent_text(design.high)}
    return (
        Fact(_("Panel"), Amount(design.wp, "Wp")),
        Fact(_("Battery, on its label"), Amount(design.battery_wh, "Wh")),
        Fact(_("Of the use is not met"), percent_text(design.by_energy)),
        Fact(_("In nine years of ten"), _("%(low)s to %(high)s not met") % interval),
        Fact(_("Of the hours something is not met"), percent_text(design.by_hours)),
        Fact(_("Longest time without power"), Amount(design.longest_dark_hours, "h")),
        Fact(_("Batteries in 20 years"), Amount(round(design.batteries))),
        Fact(_("Price, new"), Amount(design.price, design.currency, 2)),
        Fact(_("Cost over 20 years"), Amount(one.over_life, design.currency, 2)),
        Fact(_("Cost a month"), Amount(design.a_month, design.currency, 2)),
    )


def systems_table(systems: tuple[System, ...]) -> Table:
    """The cheapest system for each reliability, in numbers."""
    currency = systems[0].design.currency
    columns: tuple[Column[System], ...] = (
        Column("target", _("At most not met"), lambda one: percent_text(one.target)),
        Column("wp", _("Panel"), "design.wp", "number", unit="Wp"),
        Column("battery", _("Battery"), "design.battery_wh", "number", unit="Wh"),
        Column("unmet", _("Not met"), lambda one: percent_text(one.design.by_energy), "number"),
        Column("hours", _("Of the hours"), lambda one: percent_text(one.design.by_hours), "number"),
        Column("dark", _("Longest gap"), "design.longest_dark_hours", "number", unit="h"),
        Column("price", _("Price"), "design.price", "number", unit=currency, places=0),
        Column("life", _("In 20 years"), "over_life", "number", unit=currency, places=0),
    )
    return tabulate(columns, systems, _("The cheapest system for each reliability"))


def months_chart(by_month: Floats) -> BarChart:
    """The share of each month's use that is not met."""
    return BarChart(
        _("When it runs short"),
        [str(MONTHS[month]) for month in range(1, 13)],
        (Series(_("Not met"), [percent(float(f"{share:.2g}")) for share in by_month.tolist()]),),
        "%",
        description=months_words(months_short(by_month)),
    )


def sun_chart(year: Year) -> LineChart:
    """What the panel could give in each month beside what is asked."""
    given, asked = (
        [round(wh / _WH_IN_KWH, 1) for wh in series.tolist()] for series in (year.given, year.asked)
    )
    least = given.index(min(given))
    return LineChart(
        _("What the panel could give, and what is asked"),
        [str(MONTHS_3[month]).title() for month in range(1, 13)],
        (Series(_("Could give"), given), Series(_("Asked"), asked)),
        "kWh",
        description=_("Means of the years. The panel gives least in %(month)s: %(given)s.")
        % {"month": MONTHS[least + 1], "given": amount(given[least], "kWh")},
        step_name=_("Month"),
    )


def balance_facts(year: Year) -> tuple[Fact, ...]:
    """Where a mean year's sun goes."""

    def kwh(wh: float) -> Amount:
        return Amount(wh / _WH_IN_KWH, "kWh", 1)

    return (
        Fact(_("The panel could give in a year"), kwh(float(year.given.sum()))),
        Fact(_("Used"), kwh(year.met)),
        Fact(_("Lost in charging, discharging and standing"), kwh(year.lost)),
        Fact(_("Left over: the battery was full"), kwh(year.left_over)),
        Fact(_("Asked in a year"), kwh(float(year.asked.sum()))),
        Fact(_("Asked and not met"), kwh(float(year.missed.sum()))),
    )
