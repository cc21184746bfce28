"""Quotas by island with their bars, granting and moving them, and bonded stores with their counts."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, require
from isthmus.apps.excise.permits import queries
from isthmus.apps.excise.permits.forms import CountForm, GrantForm, ReceiveForm, TransferForm
from isthmus.apps.excise.permits.models import BondCount, ImportQuota
from isthmus.apps.excise.permits.services import bond, quotas
from isthmus.apps.excise.permits.views.answering import respond
from isthmus.apps.excise.permits.views.draws import crumb
from isthmus.apps.excise.permits.views.permits import DECIDE, DRAW
from isthmus.apps.excise.permits.wording import litres, litres_text
from isthmus.apps.excise.registry.models import Operator
from isthmus.apps.excise.registry.queries import operators_of
from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.ui.charts import BarChart, Series
from isthmus.ui.components import Empty, Fact, Link
from isthmus.ui.table import Column, tabulate

A_PAGE = 20
TRANSFER = queries.TRANSFER


def _up() -> Link:
    return Link(_("Quotas"), reverse("excise:quotas"))


@require_GET
@authorised(queries.VIEW)
def listed(request: ActorRequest) -> HttpResponse:
    """The quotas of a year by island: granted, used and left, as bars and as figures."""
    rows = queries.quotas_of(request.actor)
    years = list(rows.order_by("-year").values_list("year", flat=True).distinct())
    asked = request.GET.get("year", "")
    year = next((one for one in years if str(one) == asked), years[0] if years else clock.now().year)
    found = rows.filter(year=year).order_by("island", "pk")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    held = queries.held(shown)
    may_decide = can(request.actor, DECIDE)

    def move(row: ImportQuota) -> object:
        address = reverse("excise:quota-transfer", args=[row.pk])
        return Link(_("Transfer"), address) if can(request.actor, TRANSFER, row) else None

    columns: list[Column[ImportQuota]] = [
        Column("island", _("Island"), "island"),
        Column(
            "operator",
            _("Resort"),
            "operator.name",
            "link",
            url=lambda row: reverse("excise:bond", args=[row.operator.excise_number]),
        ),
        Column("granted", _("Granted"), lambda row: litres(held[row.pk].granted), "number"),
        Column("moved", _("Transferred"), lambda row: litres(held[row.pk].moved), "number"),
        Column("used", _("Used"), lambda row: litres(held[row.pk].used), "number"),
        Column("left", _("Left"), lambda row: litres(held[row.pk].left), "number"),
    ]
    if any(can(request.actor, TRANSFER, row) for row in shown):
        columns.append(Column("move", _("Next"), move))
    chart = BarChart(
        _("Quotas by island, %(year)d") % {"year": year},
        [row.island for row in shown],
        [
            Series(_("Granted"), [held[row.pk].granted / 1000 for row in shown]),
            Series(_("Used"), [held[row.pk].used / 1000 for row in shown]),
            Series(_("Left"), [held[row.pk].left / 1000 for row in shown]),
        ],
        unit=_("l of pure alcohol"),
        description=_("Source: the quota book. Used and left together are what was granted and transferred."),
    )
    context = {
        "title": _("Import quotas of %(year)d") % {"year": year},
        "lead": _("Litres of pure alcohol that each resort's island may import in the year."),
        "crumbs": (crumb(),),
        "years": [Link(str(one), f"?year={one}") for one in years if one != year],
        "page": page,
        "query": f"year={year}",
        "chart": chart,
        "table": tabulate(columns, shown, _("Quotas")),
        "may_decide": may_decide,
        "empty": Empty(_("No quotas yet"), _("An approver grants each island its quota for the year.")),
    }
    return render(request, "excise/quotas.html", context)


@require_http_methods(["GET", "POST"])
@authorised(DECIDE)
def grant(request: ActorRequest) -> HttpResponse:
    """Grant, raise or lower a quota."""
    form = GrantForm(
        request.POST or None,
        operators=operators_of(request.actor, DECIDE),
        initial={"year": clock.now().year},
    )

    def run() -> str:
        given = form.cleaned_data
        quotas.grant(
            given["operator"],
            given["island"],
            given["year"],
            given["amount"],
            why=given["why"],
            key=given["key"],
            actor=request.actor.label,
        )
        return f"{reverse('excise:quotas')}?year={given['year']}"

    return respond(
        request,
        form,
        run,
        title=_("Grant a quota"),
        lead=_("It is added to what the island has for the year already."),
        crumbs=(crumb(), _up()),
        cancel_url=reverse("excise:quotas"),
    )


@require_http_methods(["GET", "POST"])
@authorised(TRANSFER)
def transfer(request: ActorRequest, pk: int) -> HttpResponse:
    """Move what is left of a quota to another resort."""
    giver = queries.quotas_of(request.actor, TRANSFER).filter(pk=pk).first()
    if giver is None:
        raise NotFound("excise.no-quota", _("There is no such quota."))
    require(request.actor, TRANSFER, giver)
    form = TransferForm(request.POST or None, giver=giver)
    here = f"{reverse('excise:quotas')}?year={giver.year}"

    def run() -> str:
        given = form.cleaned_data
        quotas.transfer(
            giver,
            given["taker"],
            given["amount"],
            reference=given["reference"],
            why=given["why"],
            on=given["on"],
            actor=request.actor.label,
        )
        return here

    left = litres_text(queries.held([giver])[giver.pk].left)
    return respond(
        request,
        form,
        run,
        title=_("Transfer quota"),
        lead=_("From %(quota)s, which has %(left)s left.") % {"quota": str(giver), "left": left},
        crumbs=(crumb(), _up()),
        cancel_url=here,
    )


def _resort(request: ActorRequest, excise_number: str) -> Operator:
    row = operators_of(request.actor, queries.VIEW).filter(excise_number=excise_number).first()
    if row is None:
        raise NotFound("excise.no-operator", _("There is no such resort."))
    return row


@require_GET
@authorised(queries.VIEW)
def store(request: ActorRequest, excise_number: str) -> HttpResponse:
    """A resort's bonded store: what the book says, and every count beside it."""
    row = _resort(request, excise_number)
    columns: tuple[Column[BondCount], ...] = (
        Column("on", _("Day"), "on", "date"),
        Column("book", _("By the book"), lambda one: litres(one.book_ml), "number"),
        Column("counted", _("Counted"), lambda one: litres(one.counted_ml), "number"),
        Column("difference", _("Difference"), lambda one: litres(one.difference_ml), "number"),
        Column("why", _("Reason"), "why"),
        Column("by", _("By"), "by"),
    )
    page = Paginator(queries.counts_of(row), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Bonded store of %(name)s") % {"name": row.name},
        "lead": _("Goods under bond have paid no duty and drawn no quota yet."),
        "crumbs": (crumb(), _up()),
        "row": row,
        "facts": (
            Fact(_("In the bonded store, pure alcohol"), litres(queries.balance(excise_number, "bond"))),
            Fact(_("Released so far"), litres(queries.balance(excise_number, "released"))),
            Fact(_("Missing by all counts"), litres(queries.balance(excise_number, "difference"))),
        ),
        "page": page,
        "table": tabulate(columns, page.object_list, _("Counts")),
        "may_draw": can(request.actor, DRAW, row),
        "empty": Empty(_("No counts yet"), _("Count the store and post what you found.")),
    }
    return render(request, "excise/bond.html", context)


@require_http_methods(["GET", "POST"])
@authorised(DRAW)
def store_deed(request: ActorRequest, excise_number: str, name: str) -> HttpResponse:
    """Bring goods into a bonded store, or count it."""
    row = _resort(request, excise_number)
    require(request.actor, DRAW, row)
    if name not in ("receive", "count"):
        raise NotFound("excise.no-operator", _("There is no such resort."))
    here = reverse("excise:bond", args=[excise_number])
    form = (ReceiveForm if name == "receive" else CountForm)(request.POST or None)

    def run() -> str:
        given, actor = form.cleaned_data, request.actor.label
        if name == "receive":
            bond.receive(
                row,
                given["amount"],
                on=given["on"],
                reference=given["reference"],
                key=given["key"],
                actor=actor,
            )
        else:
            bond.count(row, given["amount"], on=given["on"], why=given["why"], key=given["key"], actor=actor)
        return here

    held = litres_text(queries.balance(excise_number, "bond"))
    return respond(
        request,
        form,
        run,
        title=_("Bring goods into the store") if name == "receive" else _("Count the store"),
        lead=_("By the book there is %(held)s in it.") % {"held": held},
        crumbs=(crumb(), _up(), Link(row.name, here)),
        cancel_url=here,
    )
