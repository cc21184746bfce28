"""How cases are found: each corridor's last comparison, its thresholds, and from what they were learned."""

from collections.abc import Mapping
from decimal import Decimal

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import Actor, can
from isthmus.apps.etrade.cases.models import Corridor, ReasonCode
from isthmus.apps.etrade.cases.queries import calibration_of
from isthmus.apps.etrade.cases.side_views import LINKED_BY
from isthmus.apps.etrade.cases.views import VIEW
from isthmus.apps.etrade.cases.wording import ratio_text
from isthmus.apps.etrade.mirror.analytics.corridor import mirror_of, seen_by
from isthmus.apps.etrade.mirror.queries import VIEW as DECLARATIONS
from isthmus.apps.etrade.mirror.views import figures
from isthmus.apps.etrade.reconciliation.rules.calibration import Calibration
from isthmus.apps.etrade.reconciliation.rules.margins import Margin
from isthmus.kit.errors import NotFound
from isthmus.trust.models import Partner
from isthmus.ui.components import Amount, Empty, Fact, Link, Tile
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, Table, tabulate

_COLUMNS: tuple[Column[Corridor], ...] = (
    Column(
        "way",
        gettext_lazy("Direction"),
        lambda row: row.get_way_display(),
        kind="link",
        sort="way",
        url=lambda row: reverse("etrade:case-corridor", args=[row.pk]),
    ),
    Column(
        "partner", gettext_lazy("Partner"), lambda row: Tile(row.partner.upper(), "", "there"), sort="partner"
    ),
    Column("exports", gettext_lazy("Exports"), "exports", kind="number", sort="exports"),
    Column("imports", gettext_lazy("Imports"), "imports", kind="number", sort="imports"),
    Column("linked", gettext_lazy("Linked"), "linked", kind="number", sort="linked"),
    Column(
        "left_out",
        gettext_lazy("Cannot be compared"),
        "left_out",
        kind="number",
        sort="left_out",
    ),
    Column("when", gettext_lazy("Compared"), "reconciled_at", kind="date", sort="reconciled_at"),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Every partner in both directions: what was compared, and when."""
    page = ListPage(
        request,
        Corridor.objects.all(),
        _COLUMNS,
        name="corridors",
        default_sort="partner",
        empty=Empty(
            _("Nothing was compared yet"),
            _("Every few minutes this node compares its declarations with those of each active partner."),
        ),
    )
    lead = _("Which declarations are compared with which, and what is left out.")
    crumbs = (Link(_("Cases"), reverse("etrade:cases")),)
    return page.respond(_("How cases are found"), "ui/list.html", {"lead": lead, "crumbs": crumbs})


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One corridor: what is taken for usual, from when, and from how much."""
    corridor = Corridor.objects.filter(pk=pk).first()
    if corridor is None:
        raise NotFound("etrade.no-corridor", _("There is no such corridor."))
    calibration = calibration_of(corridor)
    title = _("%(partner)s: %(way)s") % {
        "partner": corridor.partner.upper(),
        "way": corridor.get_way_display(),
    }
    context = {
        "title": title,
        "lead": _("What the comparison holds for usual, and from how much it has learned that."),
        "crumbs": (
            Link(_("Cases"), reverse("etrade:cases")),
            Link(_("How cases are found"), reverse("etrade:case-corridors")),
        ),
        "compared": _compared(corridor),
        **_moved(request.actor, corridor),
        "usual": _usual(calibration),
        "chapters": _chapters(calibration),
        "thresholds": _thresholds(calibration),
        "alarms": _alarms(calibration.false_alarms),
        "calibrations": corridor.calibrations.all()[:10],
    }
    return render(request, "etrade/case_corridor.html", context)


def _moved(actor: Actor, corridor: Corridor) -> dict[str, object]:
    """What moves on the corridor, as far as the officer may see declarations."""
    partner = Partner.objects.filter(node_id=corridor.partner).first()
    if partner is None or not can(actor, DECLARATIONS):
        return {}
    seen = seen_by(actor, partner, corridor.way)
    cells = mirror_of(seen, "hs2", "month")
    told = corridor.partner, corridor.way
    sent, received = figures.standing(seen, *told)
    return {
        "sent": sent,
        "received": received,
        "weight": figures.weight_chart(cells),
        "months": figures.month_table(cells, *told),
        "top": figures.chapter_table(cells, *told),
        "mirror_url": f"{reverse('etrade:corridor', args=[corridor.partner])}?way={corridor.way}",
    }


def _compared(corridor: Corridor) -> tuple[Fact, ...]:
    return (
        Fact(_("When"), corridor.reconciled_at),
        Fact(_("Exports"), corridor.exports),
        Fact(_("Imports"), corridor.imports),
        Fact(_("Linked"), corridor.linked),
        Fact(_("Items looked at anew in the last comparison"), corridor.opened),
        Fact(_("Items without an HS code or a day, which cannot be compared"), corridor.left_out),
        Fact(_("Stakes are counted in"), corridor.currency),
    )


def _band(margin: Margin) -> str:
    return _("%(middle)s, between %(low)s and %(high)s") % {
        "middle": ratio_text(margin.middle),
        "low": ratio_text(margin.low),
        "high": ratio_text(margin.high),
    }


def _usual(calibration: Calibration) -> tuple[Fact, ...]:
    lag = _("%(low)d to %(high)d") % {"low": calibration.earliest_lag, "high": calibration.latest_lag}
    return (
        Fact(_("Learned on"), calibration.learned_on or _("Not yet: the defaults are in force")),
        Fact(_("Import value to export value"), _band(calibration.margin)),
        Fact(_("Days from export to import"), lag),
    )


def _chapters(calibration: Calibration) -> Table:
    columns: tuple[Column[tuple[int, Margin]], ...] = (
        Column("chapter", _("HS chapter"), lambda row: f"{row[0]:02d}"),
        Column("band", _("Import value to export value"), lambda row: _band(row[1])),
        Column("shipments", _("Shipments"), lambda row: row[1].shipments, kind="number"),
    )
    return tabulate(columns, sorted(calibration.chapters.items()), _("By HS chapter"))


def _false(calibration: Calibration, number: int) -> str:
    share = calibration.false_links.get(number)
    return "" if share is None else _("%(share)s %%") % {"share": f"{share / 100:.2f}"}


def _thresholds(calibration: Calibration) -> Table:
    columns: tuple[Column[int], ...] = (
        Column("pass", _("Brought together by"), lambda number: str(LINKED_BY.get(number, number))),
        Column("accept", _("Accepted from"), lambda n: _points(calibration.accept[n]), kind="number"),
        Column("review", _("Looked at from"), lambda n: _points(calibration.review[n]), kind="number"),
        Column("false", _("False among accepted"), lambda n: _false(calibration, n), kind="number"),
    )
    return tabulate(columns, sorted(calibration.accept), _("Thresholds"))


def _points(tenths: int) -> Amount:
    return Amount(Decimal(tenths) / 10, _("points"), 0)


def _alarms(shares: Mapping[str, int]) -> Table:
    columns: tuple[Column[tuple[str, int]], ...] = (
        Column("reason", _("Likely reason"), lambda row: str(ReasonCode(row[0]).label)),
        Column("share", _("Of a hundred cases"), lambda row: Decimal(row[1]) / 10, kind="number", places=1),
    )
    return tabulate(columns, shares.items(), _("False alarms to expect"))
