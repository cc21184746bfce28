"""The lines of goods behind a number of a corridor."""

from datetime import date
from decimal import Decimal
from itertools import islice

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.etrade.mirror import queries
from isthmus.apps.etrade.mirror.analytics.corridor import partner_of, seen_by
from isthmus.apps.etrade.mirror.forms import SIDES, WAYS, RowsFilter
from isthmus.apps.etrade.mirror.queries import VIEW, Line
from isthmus.apps.etrade.mirror.rules.cells import LEVELS
from isthmus.apps.etrade.mirror.rules.lines import Sought
from isthmus.apps.etrade.models import Declaration, State
from isthmus.apps.etrade.wording import state_of
from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.ui import exports
from isthmus.ui.components import Amount, Empty, Link
from isthmus.ui.table import Column, tabulate

SHOWN = 200
Row = tuple[Declaration, Line]


def _day(row: Row) -> date | None:
    return date.fromisoformat(row[1].day) if row[1].day else None


def _kg(row: Row) -> Decimal | None:
    return Decimal(row[1].net_kg) if row[1].net_kg else None


def _value(row: Row) -> Amount | None:
    return Amount(Decimal(row[1].value), row[1].currency or "", 2) if row[1].value else None


_COLUMNS: tuple[Column[Row], ...] = (
    Column(
        "number",
        gettext_lazy("Declaration"),
        lambda row: row[0].number,
        url=lambda row: reverse("etrade:declaration", args=[row[0].pk]),
    ),
    Column("day", gettext_lazy("Day"), _day, kind="date"),
    Column("hs", gettext_lazy("HS code"), lambda row: row[1].hs),
    Column("kg", gettext_lazy("Net weight"), _kg, kind="number", unit="kg"),
    Column("value", gettext_lazy("Value"), _value, kind="number"),
    Column("state", gettext_lazy("State"), lambda row: state_of(row[0]), kind="state"),
)


@require_GET
@authorised(VIEW)
def rows(request: ActorRequest, partner: str) -> HttpResponseBase:
    """The lines of one side that make up a number, each with its declaration."""
    other = partner_of(partner)
    form = RowsFilter(request.GET)
    if not form.is_valid():
        raise NotFound("etrade.no-rows", _("There is no such number on this corridor."))
    asked = form.cleaned_data
    seen = seen_by(request.actor, other, asked["way"])
    side = seen.sides.exports if asked["side"] == "exports" else seen.sides.imports
    digits = {str(name): count for name, count in LEVELS.items()}.get(asked["level"], 6)
    sought = Sought(asked["hs"], digits, asked["period"], asked["currency"])
    found = list(queries.lines_behind(side, sought, asked["state"]))
    if request.GET.get("export") == "csv":
        return exports.respond(
            "csv", f"lines-{partner}-{asked['way']}", _COLUMNS, found, clock.now(), len(found)
        )
    return _page(request, other.name, partner, asked, found)


def _page(
    request: ActorRequest, name: str, partner: str, asked: dict[str, str], found: list[Row]
) -> HttpResponse:
    told = (
        dict(WAYS)[asked["way"]],
        dict(SIDES)[asked["side"]],
        _("HS %(code)s") % {"code": asked["hs"]} if asked["hs"] else "",
        asked["period"],
        asked["currency"],
        str(State(asked["state"]).label) if asked["state"] else "",
    )
    back = f"{reverse('etrade:corridor', args=[partner])}?way={asked['way']}"
    context = {
        "title": _("Lines of goods"),
        "lead": ", ".join(str(part) for part in told if part),
        "crumbs": (
            Link(_("Corridors"), reverse("etrade:corridors")),
            Link(_("Corridor with %(name)s") % {"name": name}, back),
        ),
        "table": tabulate(_COLUMNS, islice(found, SHOWN), _("Lines of goods")),
        "total": len(found),
        "shown": min(len(found), SHOWN),
        "csv_query": f"{request.GET.urlencode()}&export=csv",
        "empty": Empty(_("No such lines"), _("Nothing that you may see makes up this number.")),
    }
    return render(request, "etrade/corridor_rows.html", context)
