"""The page of all lots of the asker: from what was asked to what will be waste."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.solar.payment.wording import waste_chart
from isthmus.apps.solar.tenders import queries
from isthmus.apps.solar.tenders.house import VIEW
from isthmus.apps.solar.tenders.lots_queries import LotSeen, lots_of, waste_of
from isthmus.kit import clock
from isthmus.ui.components import Empty
from isthmus.ui.table import Column, tabulate

MOST_TENDERS = 100

_LOTS: tuple[Column[LotSeen], ...] = (
    Column(
        "tender",
        gettext_lazy("Tender"),
        lambda one: one.tender.number,
        "link",
        url=lambda one: reverse("solar:tender", args=[one.tender.pk]),
    ),
    Column("lot", gettext_lazy("Lot"), lambda one: f"{one.lot.lot}: {one.lot.name}"),
    Column("place", gettext_lazy("Place"), lambda one: one.lot.place),
    Column("asked", gettext_lazy("Asked"), lambda one: one.lot.count, "number"),
    Column("quotes", gettext_lazy("Open quotes"), "quotes", "number"),
    Column(
        "awarded",
        gettext_lazy("Awarded to"),
        lambda one: None if one.awarded is None else f"{one.awarded.maker}, {one.awarded.partner}",
        "link",
        url=lambda one: (
            ""
            if one.awarded is None or one.awarded.decision is None
            else reverse("solar:decision", args=[one.awarded.decision.pk])
        ),
    ),
    Column("came", gettext_lazy("Accepted"), "came", "number"),
    Column("refused", gettext_lazy("Deliveries refused"), "refused", "number"),
    Column("faults", gettext_lazy("Open tickets"), "open_tickets", "number"),
)


@require_GET
@authorised(VIEW)
def seen(request: ActorRequest) -> HttpResponse:
    """All lots that the visitor's organisations asked for, newest tenders first."""
    tenders = list(queries.tenders_for(request.actor).order_by("-asked_at", "-pk")[: MOST_TENDERS + 1])
    lots = lots_of(tenders[:MOST_TENDERS])
    grams = waste_of(lots, clock.now().year)
    context = {
        "title": _("Lots"),
        "lead": _("Each lot from what was asked to what was accepted, the faults that wait, and its waste."),
        "lots": tabulate(_LOTS, lots) if lots else None,
        "empty": Empty(
            _("No lot was asked for yet"),
            _("A plan of a district has lots; ask makers for quotes for them under Tenders."),
        ),
        "waste": waste_chart(grams) if grams else None,
        "cut": len(tenders) > MOST_TENDERS,
        "most": MOST_TENDERS,
    }
    return render(request, "solar/lots.html", context)
