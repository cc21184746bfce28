"""Pages of the maker: requests from abroad, and his own quotes."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders import queries
from isthmus.apps.solar.tenders.forms import QuoteFilter, QuoteForm
from isthmus.apps.solar.tenders.house import INBOX, QUOTE
from isthmus.apps.solar.tenders.models import Acceptance, MakerQuote, Tender, WarrantyTicket
from isthmus.apps.solar.tenders.records import OfferLineV1, OfferV1
from isthmus.apps.solar.tenders.services import quoting
from isthmus.apps.solar.tenders.services.quoting import MARGIN
from isthmus.apps.solar.tenders.views.asker import LOTS, failed
from isthmus.apps.solar.tenders.views.serving import TESTS, TICKET_LIST
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Empty, Fact, Link, SavedView, State, StateKind
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

_STATES: dict[str, StateKind] = {
    MakerQuote.State.DRAFT: "warn",
    MakerQuote.State.SEALED: "wait",
    MakerQuote.State.OPENED: "wait",
    MakerQuote.State.AWARDED: "ok",
    MakerQuote.State.NOT_AWARDED: "off",
    MakerQuote.State.SET_ASIDE: "bad",
}


def _state(row: MakerQuote) -> State:
    return State(_STATES[row.state], row.get_state_display())


_COLUMNS: tuple[Column[Tender], ...] = (
    Column(
        "number",
        gettext_lazy("Request"),
        "number",
        "link",
        sort="number",
        url=lambda row: reverse("solar:request", args=[row.pk]),
    ),
    Column("title", gettext_lazy("Title"), "title", sort="title"),
    Column("from", gettext_lazy("From"), lambda row: f"{row.asked_by}, {row.partner}", sort="partner"),
    Column("closes", gettext_lazy("Seals until"), "closes", "date", sort="closes"),
    Column("withdrawn", gettext_lazy("Withdrawn"), "withdrawn_at", "date", sort="withdrawn_at"),
)
_QUOTES: tuple[Column[MakerQuote], ...] = (
    Column(
        "quote",
        gettext_lazy("Quote"),
        lambda row: row.reference[:12],
        "link",
        url=lambda row: reverse("solar:quote", args=[row.pk]),
    ),
    Column("firm", gettext_lazy("Firm"), "organisation.name"),
    Column("state", gettext_lazy("State"), _state, "state"),
    Column("sealed", gettext_lazy("Sealed"), "sealed_at", "date"),
)
_LINES: tuple[Column[OfferLineV1], ...] = (
    Column("lot", gettext_lazy("Lot"), "lot"),
    Column("product", gettext_lazy("Product"), "product"),
    Column("count", gettext_lazy("Systems"), "count", "number"),
    Column("price", gettext_lazy("Price of one"), "unit_price"),
    Column("wp", gettext_lazy("Panel"), "wp", "number", unit="Wp"),
    Column("wh", gettext_lazy("Battery"), "battery_wh", "number", unit="Wh"),
)


_OWN: tuple[Column[MakerQuote], ...] = (
    Column(
        "tender",
        gettext_lazy("Request"),
        "tender.number",
        "link",
        sort="tender__number",
        url=lambda row: reverse("solar:quote", args=[row.pk]),
    ),
    Column("title", gettext_lazy("Title"), "tender.title"),
    Column("from", gettext_lazy("From"), lambda row: f"{row.tender.asked_by}, {row.tender.partner}"),
    Column("firm", gettext_lazy("Firm"), "organisation.name"),
    Column("state", gettext_lazy("State"), _state, "state", sort="state"),
    Column("lots", gettext_lazy("Lots awarded"), lambda row: ", ".join(map(str, row.lots)) or None),
    Column("came", gettext_lazy("Systems accepted"), "came", "number", sort="came"),
    Column("refused", gettext_lazy("Deliveries refused"), "refused", "number", sort="refused"),
    Column("faults", gettext_lazy("Open tickets"), "open_tickets", "number", sort="open_tickets"),
)


@require_GET
@authorised(QUOTE)
def own(request: ActorRequest) -> HttpResponseBase:
    """The quotes of the visitor's firms: awards, what was accepted of them, faults that wait."""
    page = ListPage(
        request,
        queries.quotes_served(request.actor),
        _OWN,
        name="solar-quotes",
        filters=QuoteFilter,
        default_sort="-tender",
        views=(
            SavedView(_("Awarded"), "state=awarded"),
            SavedView(_("With open tickets"), "tickets=open"),
        ),
        empty=Empty(
            _("No quotes yet"),
            _("Write one from a request from abroad; what is awarded, tested and faulty stands here."),
        ),
    )
    context = {"lead": _("What was awarded to your firm, what of it was accepted, and the faults that wait.")}
    return page.respond(_("Your quotes"), context=context)


@require_GET
@authorised(INBOX)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Requests from abroad."""
    page = ListPage(
        request,
        queries.requests_for(request.actor),
        _COLUMNS,
        name="solar-requests",
        default_sort="-closes",
        empty=Empty(
            _("No request has arrived yet"),
            _("Partners send them under an agreement; every firm of this node may quote."),
        ),
    )
    return page.respond(
        _("Requests from abroad"),
        context={"lead": _("Who wants solar systems, and until when you may quote.")},
    )


def _find_request(request: ActorRequest, pk: int) -> Tender:
    row = queries.requests_for(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("solar.no-tender", _("There is no such request."))
    return row


def _crumbs(tender: Tender | None = None) -> tuple[Link, ...]:
    top = Link(_("Requests from abroad"), reverse("solar:requests"))
    return (
        (top,) if tender is None else (top, Link(tender.number, reverse("solar:request", args=[tender.pk])))
    )


@require_GET
@authorised(INBOX)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One request from abroad, and the visitor's own quotes for it."""
    tender = _find_request(request, pk)
    asked = bodies.request_of(tender)
    taking = tender.withdrawn_at is None and clock.now() < tender.closes
    quotes = list(queries.quotes_for(request.actor).filter(tender=tender).order_by("pk"))
    facts = (
        Fact(_("State"), State("wait", _("Takes seals")) if taking else State("off", _("Closed"))),
        Fact(_("From"), f"{tender.asked_by}, {tender.partner}"),
        Fact(_("Seals until"), tender.closes),
        Fact(_("Opening until"), tender.opens_until),
        Fact(_("Currency of comparison"), tender.currency),
        Fact(_("Delivery term"), asked.incoterm),
        Fact(_("Warranty wanted (months)"), asked.warranty_months),
        Fact(_("Documents wanted"), ", ".join(asked.documents) or None),
        Fact(_("Withdrawn"), tender.withdrawn_at),
    )
    context = {
        "title": f"{tender.number}: {tender.title}",
        "lead": _("Your seal must arrive before the deadline; on a slow line, seal early."),
        "crumbs": _crumbs(),
        "tender": tender,
        "facts": tuple(fact for fact in facts if fact.value is not None),
        "lots": tabulate(LOTS, asked.lots),
        "quotes": tabulate(_QUOTES, quotes) if quotes else None,
        "may_quote": taking and can(request.actor, QUOTE),
    }
    return render(request, "solar/request.html", context)


@require_http_methods(["GET", "POST"])
@authorised(QUOTE)
def write(request: ActorRequest, pk: int) -> HttpResponse:
    """Write a quote; it is a draft that nobody else sees."""
    tender = _find_request(request, pk)
    form = QuoteForm(
        request.POST or None,
        organisations=request.actor.organisation_ids,
        tender=tender,
        request=bodies.request_of(tender),
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = quoting.write(tender, form.offer, organisation=form.holder, actor=request.actor.label)
            return redirect("solar:quote", row.pk)
        except BadInput as error:
            failed(form, error, "currency")
    context = {
        "title": _("Write a quote"),
        "lead": _("It stays on this node: only its seal leaves before the deadline."),
        "crumbs": _crumbs(tender),
        "form": form,
        "submit": _("Keep the draft"),
        "cancel_url": reverse("solar:request", args=[pk]),
    }
    return render(request, "ui/form.html", context)


def _find_quote(request: ActorRequest, pk: int) -> MakerQuote:
    row = queries.quotes_for(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("solar.no-quote", _("There is no such quote."))
    return row


@require_GET
@authorised(QUOTE)
def quote(request: ActorRequest, pk: int) -> HttpResponse:
    """One of the visitor's quotes, and what may be done with it."""
    row = _find_quote(request, pk)
    offer = OfferV1.model_validate(row.offer)
    now = clock.now()
    facts = (
        Fact(_("State"), _state(row)),
        Fact(_("Firm"), row.organisation.name),
        Fact(_("Currency"), offer.currency),
        Fact(_("Freight"), offer.freight),
        Fact(_("Insurance"), offer.insurance),
        Fact(_("Delivery, in days"), offer.delivery_days),
        Fact(_("Warranty, in months"), offer.warranty_months),
        Fact(_("Documents"), ", ".join(f"{one.kind} {one.number}" for one in offer.documents) or None),
        Fact(_("Sealed"), row.sealed_at),
        Fact(_("Seal"), row.seal or None),
        Fact(_("Opened"), row.opened_at),
        Fact(_("Decided"), row.decided_at),
        Fact(_("Lots awarded"), ", ".join(str(lot) for lot in row.lots) or None),
        Fact(_("Reason"), row.reason or None),
    )
    taking = row.tender.withdrawn_at is None and now < row.tender.closes
    about = {"tender": row.tender, "quote": row.reference}
    tests = list(Acceptance.objects.filter(**about).order_by("at"))
    tickets = list(WarrantyTicket.objects.filter(**about).prefetch_related("sayings").order_by("-opened_at"))
    context = {
        "title": _("Quote for %(number)s") % {"number": row.tender.number},
        "lead": _("Before the deadline only its seal leaves this node; afterwards you open it."),
        "crumbs": _crumbs(row.tender),
        "quote": row,
        "facts": tuple(fact for fact in facts if fact.value is not None),
        "lines": tabulate(_LINES, offer.lines),
        "tests": tabulate(TESTS, tests) if tests else None,
        "tickets": tabulate(TICKET_LIST, tickets) if tickets else None,
        "may_seal": row.state == MakerQuote.State.DRAFT and taking,
        "may_open": row.state == MakerQuote.State.SEALED and now >= row.tender.closes + MARGIN,
    }
    return render(request, "solar/quote.html", context)


@require_POST
@authorised(QUOTE)
def seal(request: ActorRequest, pk: int) -> HttpResponse:
    """Seal a draft: the seal is sent."""
    quoting.seal(_find_quote(request, pk), actor=request.actor.label)
    return redirect("solar:quote", pk)


@require_POST
@authorised(QUOTE)
def open_quote(request: ActorRequest, pk: int) -> HttpResponse:
    """Open a sealed quote after the deadline."""
    quoting.open_quote(_find_quote(request, pk), actor=request.actor.label)
    return redirect("solar:quote", pk)
