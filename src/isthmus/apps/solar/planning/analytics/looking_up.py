"""A look-up for each home, as an expression that DuckDB runs here and Spark where one machine is too small.

`rules.choosing` and `rules.sizes` are the specification; a test holds both together. A level that a place
does not reach is below zero in its table and passed over. Numbers with a fraction stand in tables alone:
engines differ in how they read them in a statement.
"""

from typing import TYPE_CHECKING

from isthmus.apps.solar.planning.rules.choosing import ASKED, BEYOND, LESSER, Rates
from isthmus.apps.solar.planning.rules.sizes import LARGEST_STEP, STEPS

if TYPE_CHECKING:
    import ibis.expr.types as ir  # type: ignore[import-untyped]  # it carries no types


def _sold(size: "ir.FloatingValue") -> "ir.IntegerValue":
    import ibis

    def up(step: int) -> "ir.IntegerValue":
        return (size / step).ceil().cast("int64") * step

    return ibis.cases(*((size <= most, up(step)) for most, step in STEPS), else_=up(LARGEST_STEP))


def planned(homes: "ir.Table", tables: "ir.Table", levels: tuple[float, ...], prices: Rates) -> "ir.Table":
    """The plan of homes (id, district, homes, square, shape, wh, budget_cents) by their tables.

    Gives id, district, homes, llp, wp, battery_wh, cents, state; every home has a table.
    """
    import ibis

    both = homes.join(tables, ["square", "shape"])
    sized = both.mutate(
        **{f"p{place}": _sold(both["wh"] * both[f"wp_{place}"]) for place in range(len(levels))},
        **{f"b{place}": _sold(both["wh"] * both[f"wh_{place}"]) for place in range(len(levels))},
        **{f"r{place}": both[f"wp_{place}"] >= 0 for place in range(len(levels))},
    )
    priced = sized.mutate(
        **{
            f"c{place}": (
                (sized[f"p{place}"] * prices.per_wp + sized[f"b{place}"] * prices.per_wh + prices.fixed + 50)
                // 100
            ).cast("int64")
            for place in range(len(levels))
        }
    )
    within = [
        priced[f"r{place}"]
        & (priced["budget_cents"].isnull() | (priced[f"c{place}"] <= priced["budget_cents"]))
        for place in range(len(levels))
    ]
    reached = [priced[f"r{place}"] for place in reversed(range(len(levels)))]
    chosen = priced.mutate(
        at=ibis.cases(*((within[place], place) for place in range(len(levels))), else_=-1),
        cheapest=ibis.cases(
            *((reach, len(levels) - 1 - place) for place, reach in enumerate(reached)), else_=0
        ),
    )
    taken = chosen.mutate(place=ibis.ifelse(chosen["at"] < 0, chosen["cheapest"], chosen["at"]))

    def of(prefix: str) -> "ir.Value":
        return ibis.cases(
            *((taken["place"] == place, taken[f"{prefix}{place}"]) for place in range(1, len(levels))),
            else_=taken[f"{prefix}0"],
        )

    return taken.select(
        "id",
        "district",
        "homes",
        llp=of("llp_"),
        wp=of("p"),
        battery_wh=of("b"),
        cents=of("c"),
        state=ibis.cases((taken["at"] < 0, BEYOND), (taken["at"] == 0, ASKED), else_=LESSER),
    )
