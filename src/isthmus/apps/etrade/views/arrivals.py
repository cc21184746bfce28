"""What is coming: partners' exports to this country, and what became of them here."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import visible
from isthmus.apps.etrade import services
from isthmus.apps.etrade.desk_forms import ArrivalFilter, MarkForm
from isthmus.apps.etrade.models import Declaration, State
from isthmus.apps.etrade.queries import declarations as queries
from isthmus.apps.etrade.views.finding import decided, partner_name
from isthmus.apps.etrade.wording import state_of
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError
from isthmus.ui.components import Empty, Link, SavedView, Tile
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

VIEW = "etrade.declaration.view"
MARK = "etrade.arrival.mark"

_COLUMNS: tuple[Column[Declaration], ...] = (
    Column(
        "number",
        gettext_lazy("Number"),
        "number",
        kind="link",
        sort="number",
        url=lambda row: reverse("etrade:declaration", args=[row.pk]),
    ),
    Column("partner", gettext_lazy("From"), lambda row: Tile(row.partner.upper())),
    Column("state", gettext_lazy("State"), state_of, kind="state", sort="state"),
    Column("departure", gettext_lazy("Left on"), "departure_date", kind="date", sort="departure_date"),
    Column("port", gettext_lazy("Port"), "port", sort="port"),
    Column("consignee", gettext_lazy("Consignee"), "consignee_name", sort="consignee_name"),
    Column("hs", gettext_lazy("HS code"), "hs_code", sort="hs_code"),
    Column(
        "net",
        gettext_lazy("Net weight"),
        lambda row: None if row.net_kg is None else row.net_kg.normalize(),
        kind="number",
        sort="net_kg",
        unit="kg",
    ),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Exports of partners that come to this country, by date, port, partner and state."""
    week = clock.now().date() - timedelta(days=7)
    page = ListPage(
        request,
        visible(request.actor, VIEW, queries.arrivals()),
        _COLUMNS,
        name="arrivals",
        filters=ArrivalFilter,
        default_sort="-departure",
        views=(
            SavedView(_("All")),
            SavedView(_("Expected"), f"state={State.PRE_ARRIVAL_RECEIVED}"),
            SavedView(_("Held"), f"state={State.HELD}"),
            SavedView(_("Left in the last seven days"), f"since={week.isoformat()}"),
        ),
        empty=Empty(
            _("Nothing is coming yet"),
            _("Export declarations that a partner sends appear here before the goods arrive."),
            Link(_("See the agreements"), reverse("exchange:agreements")),
        ),
    )
    return page.respond(_("Arrivals"), context={"lead": _("What left a neighbour for you, and where it is.")})


@require_http_methods(["GET", "POST"])
@authorised(MARK)
def mark(request: ActorRequest, pk: int) -> HttpResponse:
    """Say what became of the goods; the partner is told at once."""
    row = decided(request, MARK, queries.arrivals(), pk, see=VIEW)
    form = MarkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.respond(
                row,
                given["outcome"],
                actor=request.actor.label,
                import_number=given["import_number"] or None,
                place=given["place"] or None,
                reason=given["reason"] or None,
            )
        except IsthmusError as error:
            form.add_error(None, f"{error.message} {error.next_step}".strip())
        else:
            name = partner_name(row.partner)
            messages.success(request, _("Noted, and %(name)s is told.") % {"name": name})
            return redirect("etrade:declaration", row.pk)
    context = {
        "title": _("What became of %(number)s") % {"number": row.number},
        "lead": _("Your answer is signed and goes to %(name)s.") % {"name": partner_name(row.partner)},
        "crumbs": (
            Link(_("Arrivals"), reverse("etrade:arrivals")),
            Link(row.number, reverse("etrade:declaration", args=[row.pk])),
        ),
        "form": form,
        "submit": _("Sign and send"),
        "cancel_url": reverse("etrade:declaration", args=[row.pk]),
    }
    return render(request, "ui/form.html", context)
