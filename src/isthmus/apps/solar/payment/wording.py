"""Instalments, their risk, other sources and waste, as the page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.solar.payment.queries import CURRENCY
from isthmus.apps.solar.payment.rules.instalments import (
    Terms,
    covering,
    expected,
    instalment,
    still_owed,
)
from isthmus.apps.solar.payment.rules.sources import Yearly
from isthmus.ui.charts import BarChart, LineChart, Series
from isthmus.ui.charts.scale import brief
from isthmus.ui.components import Amount, Fact
from isthmus.ui.formats import NBSP, amount, grouped
from isthmus.ui.table import Column, Table, tabulate

_GRAMS_IN_KG: Final = 1000
SOURCES: Final = {
    "kerosene": gettext_lazy("Kerosene lamps"),
    "dry-cells": gettext_lazy("Dry cells"),
    "diesel": gettext_lazy("A diesel set"),
    "grid": gettext_lazy("A line of the grid"),
    "solar": gettext_lazy("This solar system"),
}
MATERIALS: Final = {
    "panel": gettext_lazy("Panels"),
    "lfp": gettext_lazy("Lithium iron phosphate batteries"),
    "lead-acid": gettext_lazy("Lead-acid batteries"),
}


def _money(value: Decimal) -> Amount:
    return Amount(value, CURRENCY, 2)


def _percent(share: Decimal) -> str:
    return f"{brief(float(round(share * 100, 1)))}{NBSP}%"


def payer_facts(terms: Terms) -> tuple[Fact, ...]:
    """What is paid by those who pay to the end."""
    monthly = instalment(terms)
    paid = terms.deposit + monthly * terms.months
    return (
        Fact(_("A month"), _money(monthly)),
        Fact(_("Months"), Amount(terms.months)),
        Fact(_("Paid at once"), _money(terms.deposit)),
        Fact(_("Paid in all"), _money(paid)),
        Fact(_("Of it interest"), _money(max(paid - terms.price, Decimal(0)))),
    )


def lender_facts(terms: Terms) -> tuple[Fact, ...]:
    """What a lender can expect."""
    risk = expected(terms, instalment(terms))
    word = _("Expected loss on a system") if risk.loss >= 0 else _("Expected gain on a system")
    return (
        Fact(_("Pay to the end"), _percent(risk.paid_to_the_end)),
        Fact(word, _money(abs(risk.loss))),
        Fact(_("A month, where those who pay cover those who stop"), _money(covering(terms))),
    )


def owed_chart(terms: Terms) -> LineChart:
    """What is still owed after each month."""
    owed = still_owed(terms, instalment(terms))
    half = next((month for month, left in enumerate(owed) if left * 2 <= owed[0]), 0)
    return LineChart(
        _("What is still owed"),
        list(range(len(owed))),
        (Series(_("Owed"), [float(left) for left in owed]),),
        CURRENCY,
        description=_("Half of it is paid after %(months)d months.") % {"months": half},
        step_name=_("Month"),
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """Solar and the other sources, a year."""

    solar: Yearly
    others: tuple[Yearly, ...]

    @property
    def names(self) -> list[str]:
        """Each by its name, with the share of the use that it covers where that is not all."""
        return [self._name(one) for one in (self.solar, *self.others)]

    @staticmethod
    def _name(one: Yearly) -> str:
        name = str(SOURCES[one.name])
        if one.covers == 1:
            return name
        return _("%(source)s (%(share)s)") % {"source": name, "share": _percent(one.covers)}

    def cost(self) -> BarChart:
        """What each costs a year."""
        return BarChart(
            _("What it costs a year"),
            self.names,
            (Series(_("Cost"), [float(round(one.cost, 2)) for one in (self.solar, *self.others)]),),
            CURRENCY,
            description=_(
                "In brackets: of how much of the use it can take the place, where that is not all."
            ),
        )

    def carbon(self) -> BarChart:
        """What each emits a year; solar in use nothing."""
        worst = max(self.others, key=lambda one: one.co2_kg)
        return BarChart(
            _("Carbon dioxide a year"),
            self.names,
            (Series("CO₂", [float(round(one.co2_kg, 1)) for one in (self.solar, *self.others)]),),
            "kg",
            description=_("Most comes from: %(source)s. In its place the system avoids %(kg)s a year.")
            % {"source": SOURCES[worst.name], "kg": amount(round(worst.co2_kg), "kg")},
        )

    def table(self) -> Table:
        """All of it in numbers."""
        columns: tuple[Column[Yearly], ...] = (
            Column("source", _("Source"), lambda one: SOURCES[one.name]),
            Column("covers", _("Of the use"), lambda one: _percent(one.covers), "number"),
            Column("cost", _("Cost a year"), "cost", "number", unit=CURRENCY, places=2),
            Column("co2", _("CO₂ a year"), lambda one: round(one.co2_kg), "number", unit="kg"),
        )
        return tabulate(columns, (self.solar, *self.others), _("Beside other sources"))


def waste_table(grams: Mapping[int, Mapping[str, int]]) -> Table:
    """The years in which something is worn out, with its mass by what it is made of."""
    names = sorted({name for of_year in grams.values() for name in of_year})

    def of(name: str) -> Column[tuple[int, Mapping[str, int]]]:
        return Column(
            name,
            MATERIALS[name],
            lambda row: round(Decimal(row[1].get(name, 0)) / _GRAMS_IN_KG, 1),
            "number",
            unit="kg",
        )

    year: Column[tuple[int, Mapping[str, int]]] = Column("year", _("Year"), lambda row: str(row[0]))
    return tabulate((year, *(of(name) for name in names)), list(grams.items()), _("What will be waste"))


def waste_chart(grams: Mapping[int, Mapping[str, int]]) -> BarChart:
    """Kilograms that wear out by year, in numbers beside it; years without any are left out."""
    names = sorted({name for of_year in grams.values() for name in of_year})
    return BarChart(
        _("Worn out by year"),
        [str(year) for year in grams],
        tuple(
            Series(
                str(MATERIALS[name]),
                [float(round(Decimal(of.get(name, 0)) / _GRAMS_IN_KG, 1)) for of in grams.values()],
            )
            for name in names
        ),
        "kg",
        description=waste_words(grams),
    )


def waste_words(grams: Mapping[int, Mapping[str, int]]) -> str:
    """All that is worn out in the years, in a sentence."""
    total = sum(mass for of_year in grams.values() for mass in of_year.values())
    years = sorted(grams)
    return _(
        "From %(first)d to %(last)d %(kg)s kg wear out; agree with the maker that he takes them back."
    ) % {
        "first": years[0],
        "last": years[-1],
        "kg": grouped(round(Decimal(total) / _GRAMS_IN_KG)),
    }
