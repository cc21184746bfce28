"""Corridors: the partners, and for each what comes and goes as both sides state it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.etrade.mirror import queries
from isthmus.apps.etrade.mirror.analytics.corridor import mirror_of, partner_of, seen_by
from isthmus.apps.etrade.mirror.forms import MirrorFilter
from isthmus.apps.etrade.mirror.queries import VIEW
from isthmus.apps.etrade.mirror.rules.cells import MARGIN, UNKNOWN, Cell
from isthmus.apps.etrade.mirror.views.figures import rows_url, standing
from isthmus.apps.etrade.reference.queries import codes_in_words
from isthmus.kit import clock
from isthmus.trust.models import Partner
from isthmus.ui import exports
from isthmus.ui.charts import LineChart, Series
from isthmus.ui.components import Amount, Empty, Link, Tile
from isthmus.ui.table import Column, tabulate

SHOWN = 50
DEFAULTS = {"way": "in", "level": "hs4", "period": "quarter"}


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponse:
    """The partners with whom declarations are exchanged."""
    columns: tuple[Column[tuple[Partner, int]], ...] = (
        Column(
            "partner",
            _("Partner"),
            lambda row: row[0].name,
            url=lambda row: reverse("etrade:corridor", args=[row[0].node_id]),
        ),
        Column("country", _("Country"), lambda row: Tile(row[0].country)),
        Column("received", _("Declarations received"), lambda row: row[1], kind="number"),
    )
    rows = queries.partners_with_declarations(request.actor)
    context = {
        "title": _("Corridors"),
        "lead": _("With each partner: what is coming, what has arrived, and where the two sides differ."),
        "table": tabulate(columns, rows, _("Corridors")),
        "empty": Empty(_("No corridors yet"), _("They appear when a partner has been added.")),
    }
    return render(request, "etrade/corridors.html", context)


_CELLS: tuple[Column[Cell], ...] = (
    Column("hs", gettext_lazy("HS code"), "hs"),
    Column("period", gettext_lazy("Time"), "period"),
    Column("currency", gettext_lazy("Currency"), "currency"),
    Column("exports_value", gettext_lazy("Exported"), "exports_value", kind="number", places=2),
    Column("imports_value", gettext_lazy("Imported"), "imports_value", kind="number", places=2),
    Column("gap", gettext_lazy("Gap"), "gap", kind="number", places=2),
    Column("ratio", gettext_lazy("Imported by exported"), "ratio", kind="number"),
    Column("exports_kg", gettext_lazy("Exported weight"), "exports_kg", kind="number", places=0, unit="kg"),
    Column("imports_kg", gettext_lazy("Imported weight"), "imports_kg", kind="number", places=0, unit="kg"),
    Column("exports_count", gettext_lazy("Lines exported"), "exports_count", kind="number"),
    Column("imports_count", gettext_lazy("Lines imported"), "imports_count", kind="number"),
)


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, partner: str) -> HttpResponseBase:
    """One corridor: tallies, value by time, and the mirror with its widest gaps first."""
    other = partner_of(partner)
    form = MirrorFilter({**DEFAULTS, **{name: value for name, value in request.GET.items() if value}})
    chosen: dict[str, Any] = form.cleaned_data if form.is_valid() else DEFAULTS
    way, level, period = chosen["way"], chosen["level"], chosen["period"]
    seen = seen_by(request.actor, other, way)
    cells = mirror_of(seen, level, period)
    sent, received = standing(seen, partner, way)
    if request.GET.get("export") == "csv":
        return exports.respond("csv", f"mirror-{partner}-{way}", _CELLS, cells, clock.now(), len(cells))
    query = f"way={way}&level={level}&period={period}"
    context = {
        "title": _("Corridor with %(name)s") % {"name": other.name},
        "lead": _(
            "What both sides declare of the same goods. The gap is what was imported less what was "
            "exported, with %(percent)s %% added for freight and insurance."
        )
        % {"percent": f"{((MARGIN - 1) * 100).normalize():f}"},
        "crumbs": (Link(_("Corridors"), reverse("etrade:corridors")),),
        "form": form,
        "exports": sent,
        "imports": received,
        "lag": _(
            "Goods that leave at the end of a month are often declared on the other side in the next: most "
            "gaps of single months are lag. That is why this page counts by quarter unless you choose "
            "another time."
        ),
        "chart": _chart(cells),
        "table": tabulate(_linked(cells[:SHOWN], partner, way, level), cells[:SHOWN], _("Mirror statistics")),
        "total": len(cells),
        "shown": min(len(cells), SHOWN),
        "csv_query": f"{query}&export=csv",
        "empty": Empty(
            _("Nothing to compare yet"),
            _("The mirror appears when one of the two sides has declared goods of this corridor."),
        ),
    }
    return render(request, "etrade/corridor.html", context)


def _linked(cells: Sequence[Cell], partner: str, way: str, level: str) -> tuple[Column[Cell], ...]:
    """The columns with codes in words, values with their currency, and each number leading to its lines."""
    words = codes_in_words((cell.hs, None) for cell in cells)

    def code(cell: Cell) -> str:
        found = words.get(cell.hs)
        if found is not None:
            return f"{cell.hs}, {found.words}"
        return _("unknown") if cell.hs == UNKNOWN else cell.hs

    def behind(side: str) -> Callable[[Cell], str]:
        def url(cell: Cell) -> str:
            told = {"level": level, "hs": cell.hs, "period": cell.period, "currency": cell.currency}
            return rows_url(partner, way, side, **told) if getattr(cell, f"{side}_count") else ""

        return url

    def linked(column: Column[Cell]) -> Column[Cell]:
        name = column.name
        if name.endswith("_value") or name == "gap":
            column = replace(column, value=lambda cell: _money(getattr(cell, name), cell.currency))
        if name == "period":
            column = replace(
                column, value=lambda cell: _("unknown") if cell.period == UNKNOWN else cell.period
            )
        side = name.partition("_")[0]
        return replace(column, url=behind(side)) if side in {"exports", "imports"} else column

    shown = (column for column in _CELLS[1:] if column.name != "currency")
    return (Column("hs", _("HS code"), code), *(linked(column) for column in shown))


def _money(value: Decimal | None, currency: str) -> Amount | None:
    return None if value is None else Amount(value, "" if currency == UNKNOWN else currency, 2)


def _chart(cells: Sequence[Cell]) -> LineChart | None:
    """Both sides' value by time, in the currency in which most is declared."""
    weights: dict[str, Decimal] = {}
    for cell in cells:
        value = (cell.exports_value or Decimal(0)) + (cell.imports_value or Decimal(0))
        weights[cell.currency] = weights.get(cell.currency, Decimal(0)) + value
    if not any(weights.values()):
        return None
    currency = max(sorted(weights), key=weights.__getitem__)
    chosen = [cell for cell in cells if cell.currency == currency]
    periods = sorted({cell.period for cell in chosen})

    def sums(name: str) -> list[float | None]:
        found: list[float | None] = []
        for period in periods:
            values = [getattr(cell, name) for cell in chosen if cell.period == period]
            given = [value for value in values if value is not None]
            found.append(float(sum(given)) if given else None)
        return found

    return LineChart(
        _("Value declared by each side"),
        periods,
        (Series(_("Exported"), sums("exports_value")), Series(_("Imported"), sums("imports_value"))),
        currency,
        description=_(
            "Where the lines part, one side knows of goods that the other does not, or values them otherwise."
        ),
        step_name=_("Time"),
    )
