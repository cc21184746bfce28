"""Pages after the award: the decision about a quote, acceptance tests, warranty tickets."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.solar.tenders import queries
from isthmus.apps.solar.tenders.forms import CHECKS, AcceptanceForm, SayingForm, TicketForm
from isthmus.apps.solar.tenders.house import ASK, QUOTE, VIEW
from isthmus.apps.solar.tenders.models import (
    Acceptance,
    MakerQuote,
    QuoteDecision,
    Tender,
    TicketSaying,
    WarrantyTicket,
)
from isthmus.apps.solar.tenders.rules.tickets import ANSWERS, Saying, TicketState, state_of
from isthmus.apps.solar.tenders.services import serving
from isthmus.apps.solar.tenders.views.asker import crumbs, failed
from isthmus.apps.solar.tenders.wording import PARTS, SAYINGS, TICKETS
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Amount, Fact, Link, State
from isthmus.ui.table import Column, tabulate

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

TESTS: tuple[Column[Acceptance], ...] = (
    Column("at", gettext_lazy("Tested on"), "at", "date"),
    Column("lot", gettext_lazy("Lot"), "lot"),
    Column("counted", gettext_lazy("Came"), "counted", "number"),
    Column("tested", gettext_lazy("Tested"), "tested", "number"),
    Column("failed", gettext_lazy("Failed"), "failed", "number"),
    Column(
        "says",
        gettext_lazy("Result"),
        lambda row: State("ok" if row.says == Acceptance.Says.ACCEPTED else "bad", row.get_says_display()),
        "state",
    ),
    Column("reason", gettext_lazy("Remark"), lambda row: row.reason or None),
)


def _first(row: WarrantyTicket) -> TicketSaying | None:
    return next((one for one in row.sayings.all() if one.says == "opened"), None)


def _part(row: WarrantyTicket) -> "_StrOrPromise | None":
    told = _first(row)
    return PARTS[told.part] if told is not None and told.part else None


TICKET_LIST: tuple[Column[WarrantyTicket], ...] = (
    Column(
        "ticket",
        gettext_lazy("Ticket"),
        lambda row: row.reference[:12],
        "link",
        url=lambda row: reverse("solar:ticket", args=[row.pk]),
    ),
    Column("opened", gettext_lazy("Opened"), "opened_at", "date"),
    Column(
        "state",
        gettext_lazy("State"),
        lambda row: State(
            *TICKETS[state_of(Saying(one.says, one.at, one.leaf) for one in row.sayings.all())]
        ),
        "state",
    ),
    Column("lot", gettext_lazy("Lot"), lambda row: getattr(_first(row), "lot", None)),
    Column("part", gettext_lazy("Part"), _part),
    Column("count", gettext_lazy("Systems"), lambda row: getattr(_first(row), "count", None), "number"),
)
_SAYINGS: tuple[Column[TicketSaying], ...] = (
    Column("at", gettext_lazy("When"), "at", "date"),
    Column("says", gettext_lazy("What"), lambda row: SAYINGS[row.says]),
    Column("part", gettext_lazy("Part"), lambda row: PARTS[row.part] if row.part else None),
    Column("count", gettext_lazy("Systems"), "count", "number"),
    Column("text", gettext_lazy("In words"), lambda row: row.text or None),
    Column("by", gettext_lazy("Who"), "by"),
)


def _find(request: ActorRequest, pk: int) -> QuoteDecision:
    mine = queries.tenders_for(request.actor)
    row = QuoteDecision.objects.filter(pk=pk, tender__in=mine).select_related("tender__organisation").first()
    if row is None:
        raise NotFound("solar.no-decision", _("There is no such decision."))
    return row


def _way(row: QuoteDecision) -> tuple[Link, ...]:
    return (*crumbs(row.tender), Link(_("Decision"), reverse("solar:decision", args=[row.pk])))


@require_GET
@authorised(VIEW)
def decision(request: ActorRequest, pk: int) -> HttpResponse:
    """What was decided about a quote, and what came of it."""
    row = _find(request, pk)
    about = {"tender": row.tender, "partner": row.partner, "quote": row.quote}
    tests = list(Acceptance.objects.filter(**about).order_by("at"))
    tickets = list(WarrantyTicket.objects.filter(**about).prefetch_related("sayings").order_by("-opened_at"))
    facts = (
        Fact(_("Decision"), row.get_says_display()),
        Fact(_("Lots"), ", ".join(str(lot) for lot in row.lots) or None),
        Fact(
            _("Landed cost"), Amount(row.landed, row.tender.currency, 2) if row.landed is not None else None
        ),
        Fact(_("Reason"), row.reason or None),
        Fact(_("Decided"), row.at),
        Fact(_("Decided by"), row.by),
        Fact(_("Quote"), row.quote),
    )
    context = {
        "title": _("Decision about a quote"),
        "lead": _("The maker in %(partner)s has it as a signed record.") % {"partner": row.partner},
        "crumbs": crumbs(row.tender),
        "decision": row,
        "facts": tuple(fact for fact in facts if fact.value is not None),
        "tests": tabulate(TESTS, tests) if tests else None,
        "tickets": tabulate(TICKET_LIST, tickets) if tickets else None,
        "may_serve": row.says == QuoteDecision.Says.AWARDED and can(request.actor, ASK, row.tender),
    }
    return render(request, "solar/decision.html", context)


@require_http_methods(["GET", "POST"])
@authorised(ASK)
def accept(request: ActorRequest, pk: int) -> HttpResponse:
    """Note the acceptance test of a delivery."""
    row = _find(request, pk)
    form = AcceptanceForm(request.POST or None, lots=row.lots)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            serving.accept(
                row,
                lot=told["lot"],
                counted=told["counted"],
                tested=told["tested"],
                failed=told["failed"],
                checks={name: name in told["checks"] for name in CHECKS},
                accepted=told["says"] == "accepted",
                reason=" ".join(told["reason"].split()),
                actor=request.actor.label,
            )
            return redirect("solar:decision", pk)
        except BadInput as error:
            failed(form, error, "lot")
    context = {
        "title": _("Test a delivery"),
        "lead": _("Count what came, test a sample, and say whether you accept it; the maker is told."),
        "crumbs": _way(row),
        "form": form,
        "submit": _("Send the result"),
        "cancel_url": reverse("solar:decision", args=[pk]),
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(ASK)
def open_ticket(request: ActorRequest, pk: int) -> HttpResponse:
    """Tell the maker of a fault under warranty."""
    row = _find(request, pk)
    form = TicketForm(request.POST or None, lots=row.lots)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = serving.open_ticket(
                row,
                lot=told["lot"],
                part=told["part"],
                count=told["count"],
                text=" ".join(told["text"].split()),
                actor=request.actor.label,
            )
            return redirect("solar:ticket", made.pk)
        except BadInput as error:
            failed(form, error, "text")
    context = {
        "title": _("Tell of a fault"),
        "lead": _("The maker answers with a signed record: repaired, replaced, or not under warranty."),
        "crumbs": _way(row),
        "form": form,
        "submit": _("Send it"),
        "cancel_url": reverse("solar:decision", args=[pk]),
    }
    return render(request, "ui/form.html", context)


def _find_ticket(request: ActorRequest, pk: int) -> tuple[WarrantyTicket, MakerQuote | None]:
    """A ticket of the visitor's tenders or quotes, and the quote where he is its maker."""
    rows = WarrantyTicket.objects.select_related("tender")
    row = rows.filter(pk=pk, tender__in=queries.tenders_for(request.actor)).first()
    if row is not None:
        return row, None
    row = rows.filter(pk=pk, tender__way=Tender.Way.IN).first()
    own = None if row is None else queries.quotes_for(request.actor).filter(reference=row.quote).first()
    if row is None or own is None:
        raise NotFound("solar.no-ticket", _("There is no such ticket."))
    return row, own


@require_http_methods(["GET", "POST"])
@authorised(VIEW)
def ticket(request: ActorRequest, pk: int) -> HttpResponse:
    """What both sides said about a fault; the maker answers here, the asker closes."""
    row, own = _find_ticket(request, pk)
    asker = own is None
    state = state_of(queries.sayings_of(row))
    may = state is not TicketState.CLOSED and can(request.actor, ASK if asker else QUOTE)
    choices = [(name, SAYINGS[name]) for name in (("closed",) if asker else sorted(ANSWERS))]
    form = SayingForm(request.POST or None, choices=choices) if may else None
    if request.method == "POST" and form is not None and form.is_valid():
        told = form.cleaned_data
        try:
            serving.say(row, told["says"], " ".join(told["text"].split()), actor=request.actor.label)
            return redirect("solar:ticket", pk)
        except BadInput as error:
            failed(form, error, "text")
    context = {
        "title": _("Fault under warranty"),
        "lead": _("Tender %(number)s, quote %(quote)s")
        % {"number": row.tender.number, "quote": row.quote[:12]},
        "crumbs": crumbs(row.tender)
        if own is None
        else (
            Link(_("Your quotes"), reverse("solar:quotes")),
            Link(row.tender.number, reverse("solar:quote", args=[own.pk])),
        ),
        "state": (Fact(_("State"), State(*TICKETS[state])),),
        "sayings": tabulate(_SAYINGS, row.sayings.order_by("at", "leaf")),
        "form": form,
    }
    return render(request, "solar/ticket.html", context)
