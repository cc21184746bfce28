"""Pages of the asker: requests, their seals and quotes, rates, the decision."""

from typing import TYPE_CHECKING

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.solar.planning.queries import request_from
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders import queries
from isthmus.apps.solar.tenders.forms import AskForm, AwardForm, RateForm
from isthmus.apps.solar.tenders.house import ASK, AWARD, VIEW
from isthmus.apps.solar.tenders.models import Tender, TenderRate
from isthmus.apps.solar.tenders.queries import Compared, QuoteSeen
from isthmus.apps.solar.tenders.records import TenderLotV1
from isthmus.apps.solar.tenders.rules.standing import Phase
from isthmus.apps.solar.tenders.services import asking, awarding
from isthmus.apps.solar.tenders.wording import lack_words, phase_state, standing_state
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Empty, Fact, Link
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

if TYPE_CHECKING:
    from decimal import Decimal

_COLUMNS: tuple[Column[Tender], ...] = (
    Column(
        "number",
        gettext_lazy("Tender"),
        "number",
        "link",
        sort="number",
        url=lambda row: reverse("solar:tender", args=[row.pk]),
    ),
    Column("title", gettext_lazy("Title"), "title", sort="title"),
    Column("organisation", gettext_lazy("Organisation"), "organisation.name"),
    Column("closes", gettext_lazy("Seals until"), "closes", "date", sort="closes"),
    Column("opens_until", gettext_lazy("Opening until"), "opens_until", "date", sort="opens_until"),
    Column("decided", gettext_lazy("Decided"), "decided_at", "date", sort="decided_at"),
)
LOTS: tuple[Column[TenderLotV1], ...] = (
    Column("lot", gettext_lazy("Lot"), "lot"),
    Column("name", gettext_lazy("What"), "name"),
    Column("count", gettext_lazy("Systems"), "count", "number"),
    Column("wp", gettext_lazy("Panel"), "wp", "number", unit="Wp"),
    Column("wh", gettext_lazy("Battery"), "battery_wh", "number", unit="Wh"),
    Column("place", gettext_lazy("Place"), "place"),
)
_RATES: tuple[Column[TenderRate], ...] = (
    Column("kind", gettext_lazy("What"), lambda row: f"{row.get_kind_display()} {row.code}".strip()),
    Column("value", gettext_lazy("Value"), lambda row: row.value.normalize(), "number"),
    Column("on", gettext_lazy("Of"), "on", "date"),
    Column("source", gettext_lazy("Source"), "source"),
)
_SEALS: tuple[Column[QuoteSeen], ...] = (
    Column("maker", gettext_lazy("Maker"), lambda one: f"{one.maker or one.quote[:8]}, {one.partner}"),
    Column("standing", gettext_lazy("State"), lambda one: standing_state(one.standing), "state"),
    Column("sealed", gettext_lazy("Seal arrived"), "sealed_at", "date"),
    Column("opened", gettext_lazy("Opened"), "opened_at", "date"),
    Column("seal", gettext_lazy("Seal"), lambda one: one.seal[:16] or None),
    Column(
        "decision",
        gettext_lazy("Decision"),
        lambda one: one.decision.get_says_display() if one.decision is not None else None,
        "link",
        url=lambda one: reverse("solar:decision", args=[one.decision.pk]) if one.decision is not None else "",
    ),
)


def _money(amount: "Decimal | None") -> str | None:
    return None if amount is None else number_format(amount, 2, use_l10n=True, force_grouping=True)


def _part(name: str) -> Column[Compared]:
    labels = {
        "goods": gettext_lazy("Goods"),
        "freight": gettext_lazy("Freight"),
        "insurance": gettext_lazy("Insurance"),
        "duty": gettext_lazy("Duty"),
        "tax": gettext_lazy("Tax"),
        "total": gettext_lazy("Landed"),
    }
    return Column(
        name,
        labels[name],
        lambda one: None if one.cost is None else _money(getattr(one.cost, name)),
        "number",
    )


_COMPARED: tuple[Column[Compared], ...] = (
    Column("maker", gettext_lazy("Maker"), lambda one: f"{one.offer.maker_name}, {one.seen.partner}"),
    *(_part(name) for name in ("goods", "freight", "insurance", "duty", "tax", "total")),
    Column("days", gettext_lazy("Delivery"), lambda one: one.offer.delivery_days, "number", unit="d"),
    Column(
        "lacks",
        gettext_lazy("Lacks"),
        lambda one: "; ".join(lack_words(lack) for lack in one.lacks) or _("nothing"),
    ),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """The requests of this node."""
    page = ListPage(
        request,
        queries.tenders_for(request.actor),
        _COLUMNS,
        name="solar-tenders",
        default_sort="-closes",
        empty=Empty(
            _("No quotes were asked for yet"),
            _("A request goes to makers in partner countries; their quotes stay sealed until its deadline."),
        ),
    )
    context = {
        "lead": _("Requests for solar quotes, and how far they are."),
        "may_ask": can(request.actor, ASK),
    }
    return page.respond(_("Tenders"), template="solar/tenders.html", context=context)


def find(request: ActorRequest, pk: int) -> Tender:
    """One request that the visitor may see."""
    row = queries.tenders_for(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("solar.no-tender", _("There is no such request."))
    return row


def crumbs(tender: Tender | None = None) -> tuple[Link, ...]:
    """The way to a tender."""
    top = Link(_("Tenders"), reverse("solar:tenders"))
    return (top,) if tender is None else (top, Link(tender.number, reverse("solar:tender", args=[tender.pk])))


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One request: its seals, and once they are open its quotes side by side."""
    tender = find(request, pk)
    quotes = queries.quotes_of(tender)
    found, asked = queries.phase_of(tender, quotes), bodies.request_of(tender)
    open_ = found in {Phase.SEALING, Phase.OPENING, Phase.DECIDING}
    makers = ", ".join(tender.invitations.order_by("partner").values_list("partner", flat=True))
    facts = (
        Fact(_("State"), phase_state(found)),
        Fact(_("Seals until"), tender.closes),
        Fact(_("Opening until"), tender.opens_until),
        Fact(_("Makers in"), makers),
        Fact(_("Currency of comparison"), tender.currency),
        Fact(_("Delivery term"), asked.incoterm),
        Fact(_("Documents wanted"), ", ".join(asked.documents) or None),
        Fact(_("Asked by"), tender.asked_by),
    )
    compared = queries.compared(tender, quotes)
    context = {
        "title": f"{tender.number}: {tender.title}",
        "lead": _("Nobody can read a quote before the deadline: until then its maker keeps it."),
        "crumbs": crumbs(),
        "tender": tender,
        "facts": facts,
        "lots": tabulate(LOTS, asked.lots),
        "seals": tabulate(_SEALS, quotes) if quotes else None,
        "compared": tabulate(_COMPARED, compared) if compared else None,
        "rates": tabulate(_RATES, tender.rates.order_by("kind", "code")) if tender.rates.exists() else None,
        "may_rate": open_ and can(request.actor, ASK, tender),
        "may_award": found is Phase.DECIDING and can(request.actor, AWARD),
    }
    return render(request, "solar/tender.html", context)


def failed(form: forms.Form, error: BadInput, else_: str) -> None:
    """Put an error beside its field, or beside another where the form has none of that name."""
    where = next((one.where.split(".")[0] for one in error.faults), else_)
    form.add_error(where if where in form.fields else else_, str(error))


@require_http_methods(["GET", "POST"])
@authorised(ASK)
def ask(request: ActorRequest) -> HttpResponse:
    """Ask makers abroad for quotes; ``plan`` names a plan whose lots are asked for."""
    form = AskForm(
        request.POST or None,
        initial=request_from(request.actor, request.GET.get("plan", "")),
        organisations=request.actor.organisation_ids,
        partners=asking.partners(),
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        closes, opens_until = form.deadlines
        asked = asking.Asked(
            told["title"],
            closes,
            opens_until,
            told["currency"].upper(),
            told["lots"],
            told["incoterm"],
            told["warranty_months"],
            told["take_back"],
            told["documents"],
        )
        try:
            row = asking.ask(asked, organisation=form.holder, to=told["to"], actor=request.actor.label)
            return redirect("solar:tender", row.pk)
        except BadInput as error:
            failed(form, error, "lots")
    context = {
        "title": _("Ask for quotes"),
        "lead": _("The request is signed and sent to the makers' nodes; it does not change afterwards."),
        "crumbs": crumbs(),
        "form": form,
        "submit": _("Send the request"),
        "cancel_url": reverse("solar:tenders"),
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(ASK)
def rate(request: ActorRequest, pk: int) -> HttpResponse:
    """State a rate of exchange, duty or tax."""
    tender = find(request, pk)
    form = RateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            asking.state_rate(
                tender,
                told["kind"],
                told["code"].upper(),
                told["value"],
                on=told["on"],
                source=told["source"],
                actor=request.actor.label,
            )
            return redirect("solar:tender", pk)
        except BadInput as error:
            failed(form, error, "value")
    context = {
        "title": _("State a rate"),
        "lead": _("Quotes are compared in %(currency)s. One that stands is replaced.")
        % {"currency": tender.currency},
        "crumbs": crumbs(tender),
        "form": form,
        "cancel_url": reverse("solar:tender", args=[pk]),
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(AWARD)
def award(request: ActorRequest, pk: int) -> HttpResponse:
    """Decide which quote gets which lot; every maker is told."""
    tender = find(request, pk)
    compared = queries.compared(tender, queries.quotes_of(tender))
    form = AwardForm(request.POST or None, tender=bodies.request_of(tender), quotes=compared)
    if request.method == "POST" and form.is_valid():
        try:
            awarding.award(tender, form.lots, reason=form.cleaned_data["reason"], actor=request.actor.label)
            return redirect("solar:tender", pk)
        except BadInput as error:
            failed(form, error, "reason")
    context = {
        "title": _("Decide about the quotes"),
        "lead": _("The decision is signed and sent; it cannot be taken back."),
        "crumbs": crumbs(tender),
        "form": form,
        "submit": _("Send the decision"),
        "cancel_url": reverse("solar:tender", args=[pk]),
    }
    return render(request, "ui/form.html", context)
