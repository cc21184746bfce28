"""Questions between officers of two countries: the list with due dates, the thread, asking and answering."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.apps.etrade import services
from isthmus.apps.etrade.desk_forms import AnswerForm, AskForm, QueryFilter
from isthmus.apps.etrade.models import Declaration, Origin, Query, Sending, TradeDocument
from isthmus.apps.etrade.services.publishing import covered
from isthmus.apps.etrade.services.questions import QUERY
from isthmus.apps.etrade.views.finding import (
    decided,
    found,
    kind_named,
    page_of,
    partner_name,
    partner_names,
    side_tile,
)
from isthmus.apps.etrade.views.history import asked_about
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError
from isthmus.ui.components import Empty, Fact, Link, SavedView, State
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

VIEW = "etrade.query.view"
WRITE = "etrade.query.write"


def _state(row: Query) -> State:
    if row.answered_at is not None:
        return State("ok", _("Answered"))
    if row.due_on is not None and row.due_on < clock.now().date():
        return State("bad", _("Overdue"))
    return State("wait", _("Waits for an answer"))


_COLUMNS: tuple[Column[Query], ...] = (
    Column(
        "number",
        gettext_lazy("Number"),
        "number",
        kind="link",
        sort="number",
        url=lambda row: reverse("etrade:question", args=[row.pk]),
    ),
    Column(
        "asker",
        gettext_lazy("Asked by"),
        lambda row: side_tile("" if row.origin == Origin.OWN else row.partner),
    ),
    Column("partner", gettext_lazy("Partner"), lambda row: side_tile(row.partner)),
    Column("state", gettext_lazy("State"), _state, kind="state"),
    Column("reference", gettext_lazy("About"), "reference", sort="reference"),
    Column("due", gettext_lazy("Answer by"), "due_on", kind="date", sort="due_on"),
    Column("asked", gettext_lazy("Asked on"), "asked_at", kind="date", sort="asked_at"),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Questions of partners and own ones, with the day by which an answer is hoped for."""
    page = ListPage(
        request,
        visible(request.actor, VIEW, Query.objects.all()),
        _COLUMNS,
        name="questions",
        filters=QueryFilter,
        default_sort="-asked",
        views=(
            SavedView(_("All")),
            SavedView(_("To answer"), "origin=partner&open=yes"),
            SavedView(_("Asked here"), "origin=own"),
        ),
        empty=Empty(
            _("No questions yet"),
            _("Ask from the page of a declaration or document; what partners ask appears here."),
            Link(_("See the arrivals"), reverse("etrade:arrivals")),
        ),
    )
    lead = _("What you asked partners and what they ask you, each signed by who asks and who answers.")
    return page.respond(_("Questions"), context={"lead": lead})


@require_http_methods(["GET", "POST"])
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One question with its answers; a partner's question is answered here."""
    rows = Query.objects.select_related("declaration", "document", "organisation")
    query = found(request, VIEW, rows, pk)
    may_answer = query.origin == Origin.PARTNER and can(request.actor, WRITE, query)
    form = AnswerForm(request.POST if request.method == "POST" and may_answer else None)
    if form.is_valid():
        try:
            services.answer(
                query, form.cleaned_data["outcome"], form.cleaned_data["answer"], actor=request.actor.label
            )
        except IsthmusError as error:
            form.add_error(None, f"{error.message} {error.next_step}".strip())
        else:
            name = partner_name(query.partner)
            messages.success(request, _("Answered, and %(name)s is told.") % {"name": name})
            return redirect("etrade:question", query.pk)
    thread = asked_about(Query.objects.filter(pk=query.pk).prefetch_related("answers__sendings", "sendings"))
    leaf = query.leaf or next(iter(query.sendings.values_list("leaf", flat=True)), "")
    context = {
        "title": _("Question %(number)s") % {"number": query.number},
        "lead": _("Between this node and %(name)s.") % {"name": partner_name(query.partner)},
        "crumbs": (Link(_("Questions"), reverse("etrade:questions")),),
        "query": query,
        "facts": (
            Fact(_("State"), _state(query)),
            Fact(_("About"), query.reference, url=_subject_url(query)),
            Fact(_("Answer by"), query.due_on),
            Fact(_("Case"), query.case),
        ),
        "history": thread,
        "record_url": reverse("exchange:record", args=[leaf]) if leaf else "",
        "form": form if may_answer else None,
    }
    return render(request, "etrade/question.html", context)


def _subject_url(query: Query) -> str:
    if query.declaration is not None:
        return reverse("etrade:declaration", args=[query.declaration.pk])
    return page_of(query.document) if query.document is not None else ""


def _receivers(subject: Declaration | TradeDocument) -> list[str]:
    """Whom to ask: who sent it, or those to whom an own one was sent."""
    if subject.origin == Origin.PARTNER:
        return covered(QUERY, [subject.partner])
    place = "declaration" if isinstance(subject, Declaration) else "statement__document"
    holders = Sending.objects.filter(**{place: subject}).values_list("partner", flat=True)
    return covered(QUERY, set(holders))


@require_http_methods(["GET", "POST"])
@authorised(WRITE)
def ask_about_declaration(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask the partner about one declaration."""
    subject = _subject(request, Declaration.objects.select_related("organisation"), pk)
    return _ask(request, subject, reverse("etrade:declaration", args=[subject.pk]))


@require_http_methods(["GET", "POST"])
@authorised(WRITE)
def ask_about_document(request: ActorRequest, kind: str, pk: int) -> HttpResponse:
    """Ask the partner about one certificate, licence, permit, movement or manifest."""
    rows = TradeDocument.objects.select_related("organisation").filter(kind=kind_named(kind))
    document = decided(request, WRITE, rows, pk, see="etrade.document.view")
    return _ask(request, document, page_of(document))


def _subject(request: ActorRequest, rows: "QuerySet[Declaration]", pk: int) -> Declaration:
    return decided(request, WRITE, rows, pk, see="etrade.declaration.view")


def _ask(request: ActorRequest, subject: Declaration | TradeDocument, back: str) -> HttpResponse:
    receivers = _receivers(subject)
    names = partner_names(set(receivers))
    form = AskForm(request.POST if request.method == "POST" else None)
    if receivers and form.is_valid():
        try:
            for partner in receivers:
                query = services.ask(
                    subject,
                    partner,
                    form.cleaned_data["question"],
                    actor=request.actor.label,
                    due_on=form.cleaned_data["due_on"],
                )
        except IsthmusError as error:
            form.add_error(None, f"{error.message} {error.next_step}".strip())
        else:
            messages.success(request, _("Asked. The answer appears here."))
            return redirect("etrade:question", query.pk)
    context = {
        "title": _("Ask about %(number)s") % {"number": subject.number},
        "lead": _("Your question is signed and goes to %(names)s.")
        % {"names": ", ".join(names.get(node, node) for node in receivers)}
        if receivers
        else "",
        "crumbs": (Link(subject.number, back),),
        "form": form,
        "submit": _("Sign and send"),
        "cancel_url": back,
        "empty": None
        if receivers
        else Empty(
            _("Nobody can be asked about it yet"),
            _("An agreement about questions must be in force, and the partner must have the document."),
        ),
    }
    return render(request, "etrade/choose.html", context)
