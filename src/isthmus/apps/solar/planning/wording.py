"""A plan in words, tables and pictures."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.solar.planning.models import SupplyPlan
from isthmus.apps.solar.sizing.forms import BATTERIES
from isthmus.jobs.models import UNFINISHED
from isthmus.jobs.models import State as JobStands
from isthmus.jobs.queries import JobState
from isthmus.ui.charts import BarChart, Series
from isthmus.ui.components import Amount, Fact, Progress, State
from isthmus.ui.table import Column, Table, tabulate

Told = Mapping[str, Any]
LOTS: tuple[Column[Told], ...] = (
    Column("lot", gettext_lazy("Lot"), lambda one: one["lot"], "number"),
    Column("place", gettext_lazy("District"), lambda one: one["place"]),
    Column("count", gettext_lazy("Systems"), lambda one: one["count"], "number"),
    Column("wp", gettext_lazy("Panel"), lambda one: one["wp"], "number", unit="Wp"),
    Column("wh", gettext_lazy("Battery"), lambda one: one["battery_wh"], "number", unit="Wh"),
    Column("battery", gettext_lazy("Kind of battery"), lambda one: dict(BATTERIES)[one["battery"]]),
    Column(
        "kind", gettext_lazy("Sold as"), lambda one: _("Kit") if one["kind"] == "kit" else _("Components")
    ),
)
_MOST_BARS = 25
"""Districts in a picture; a table holds all."""


def state_of(plan: SupplyPlan) -> State:
    """How far a plan is."""
    if plan.fault:
        return State("bad", _("Not possible"))
    return State("ok", _("Planned")) if plan.planned_at is not None else State("wait", _("Being planned"))


def progress(plan: SupplyPlan, job: JobState | None) -> Progress:
    """A plan that is being made, or whose making was stopped or failed."""
    words = {
        JobStands.WAITING: State("wait", _("Waiting for its turn")),
        JobStands.RUNNING: State("wait", _("Being planned")),
        JobStands.FAILED: State("bad", _("It failed: delete it and plan again")),
    }
    stands = JobStands.CANCELLED if job is None else job.state
    unfinished = stands in UNFINISHED
    return Progress(
        plan.title,
        reverse("solar:plan", args=[plan.pk]),
        0 if job is None else job.done,
        None if job is None else job.total,
        words.get(stands, State("off", _("Stopped"))),
        finished=not unfinished,
        note=_("Each place takes a few seconds."),
        stop_url=reverse("solar:plan-drop", args=[plan.pk]) if unfinished else "",
    )


def facts_of(plan: SupplyPlan) -> tuple[Fact, ...]:
    """The whole plan in a few numbers."""
    whole, currency = plan.found["whole"], plan.found["currency"]
    percent = f"{plan.target * 100:.0f}"
    return (
        Fact(_("Homes"), Amount(whole["homes"])),
        Fact(
            _("Get what was asked (miss at most %(percent)s %%)") % {"percent": percent},
            Amount(whole["asked"]),
        ),
        Fact(_("Get less, within their budget"), Amount(whole["less"])),
        Fact(_("No system within their budget"), Amount(whole["beyond"])),
        Fact(_("Panels together"), Amount(Decimal(whole["wp"]) / 1000, "kWp", 1)),
        Fact(_("Batteries together"), Amount(Decimal(whole["battery_wh"]) / 1000, "kWh", 1)),
        Fact(_("Cost of all systems"), Amount(Decimal(whole["cost"]), currency, 0)),
        Fact(_("Lots"), Amount(plan.found["lots"])),
        Fact(_("Planned from"), plan.file_name),
        Fact(_("Asked by"), plan.asked_by),
    )


def districts_table(plan: SupplyPlan) -> Table | None:
    """Every district with its homes and cost; None for a file without districts."""
    currency = plan.found["currency"]
    columns: tuple[Column[Told], ...] = (
        Column("name", gettext_lazy("District"), lambda one: one["name"] or _("Without a district")),
        Column("homes", gettext_lazy("Homes"), lambda one: one["homes"], "number"),
        Column("asked", gettext_lazy("As asked"), lambda one: one["asked"], "number"),
        Column("less", gettext_lazy("Less"), lambda one: one["less"], "number"),
        Column("beyond", gettext_lazy("None"), lambda one: one["beyond"], "number"),
        Column("kwp", gettext_lazy("Panels"), lambda one: round(one["wp"] / 1000, 1), "number", unit="kWp"),
        Column(
            "kwh",
            gettext_lazy("Batteries"),
            lambda one: round(one["battery_wh"] / 1000, 1),
            "number",
            unit="kWh",
        ),
        Column(
            "cost", gettext_lazy("Cost"), lambda one: round(Decimal(one["cost"])), "number", unit=currency
        ),
    )
    rows = plan.found["districts"]
    return tabulate(columns, rows) if rows else None


def districts_chart(plan: SupplyPlan) -> BarChart | None:
    """What the dearest districts cost; None where there is nothing to compare."""
    rows = sorted(plan.found["districts"], key=lambda one: -Decimal(one["cost"]))[:_MOST_BARS]
    if len(rows) < 2:
        return None
    costs = [float(one["cost"]) for one in rows]
    names = [one["name"] or _("Without a district") for one in rows]
    return BarChart(
        _("Cost by district"),
        names,
        (Series(_("Cost"), costs),),
        plan.found["currency"],
        description=_("What the systems of each district cost, the dearest first."),
    )


def notes_on(plan: SupplyPlan) -> tuple[str, ...]:
    """What to know before using the numbers."""
    says = [_("Where each home stands is not kept once it is planned.")]
    for lat, lon in plan.found["far"]:
        says.append(
            _("Around %(lat)g, %(lon)g the climate is of land more than 300 km away: less sure.")
            % {"lat": lat, "lon": lon}
        )
    if not plan.found["confirmed"]:
        says.append(
            _("Prices are planning figures of %(day)s, not confirmed.") % {"day": plan.found["checked_on"]}
        )
    return tuple(says)
