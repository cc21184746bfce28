"""A surface and its frontier as programs and the shell read them: plain figures, units in the names."""

from isthmus.apps.solar.sizing import queries
from isthmus.apps.solar.sizing.question_analytics import Prepared
from isthmus.apps.solar.sizing.told_analytics import Facts, beside
from isthmus.apps.solar.surface.analytics import Answer, System


def system(one: System) -> Facts:
    """The cheapest system for a reliability."""
    design = one.design
    return {
        "target": one.target,
        "wp": design.wp,
        "battery_wh": design.battery_wh,
        "battery": design.battery,
        "by_energy": round(design.by_energy, 6),
        "by_hours": round(design.by_hours, 6),
        "low": round(design.low, 6),
        "high": round(design.high, 6),
        "longest_dark_hours": design.longest_dark_hours,
        "price": design.price,
        "cost_over_life": one.over_life,
        "a_month": design.a_month,
        "currency": design.currency,
    }


def summary(asked: Prepared, found: Answer) -> Facts:
    """The system asked for, the cheapest for other reliabilities, and the designs that none beats."""
    whole = found.surface
    short, costs = whole.by_energy.ravel(), whole.costs.ravel()
    unbeaten = []
    for place in whole.best:
        wp, battery_wh = whole.sizes(place)
        unbeaten.append(
            {
                "wp": round(wp, 2),
                "battery_wh": round(battery_wh, 1),
                "by_energy": round(float(short[place]), 6),
                "cost_over_life": round(float(costs[place]), 2),
            }
        )
    return {
        "asked": system(found.asked),
        "systems": [system(one) for one in found.systems],
        "frontier": unbeaten,
        "years": queries.prices().years,
        **beside(asked),
    }


def whole(asked: Prepared, found: Answer) -> Facts:
    """The same with every design: a row for each panel, a column for each battery."""
    surface = found.surface
    return {
        **summary(asked, found),
        "wp": [round(size, 2) for size in surface.wp.tolist()],
        "battery_wh": [round(size, 1) for size in surface.battery_wh.tolist()],
        "by_energy": [[round(share, 6) for share in row] for row in surface.by_energy.tolist()],
        "by_hours": [[round(share, 6) for share in row] for row in surface.by_hours.tolist()],
        "cost_over_life": [[round(cost, 2) for cost in row] for row in surface.costs.tolist()],
    }
