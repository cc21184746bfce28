"""Quarantine: accepted records whose effect failed here, and running them again or setting them aside."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.exchange import wording
from isthmus.exchange.forms import ReasonForm
from isthmus.exchange.models import Effect, Record
from isthmus.exchange.services import quarantine as services
from isthmus.exchange.views.acts import ask, find, posted
from isthmus.kit.errors import IsthmusError
from isthmus.ui.components import Empty, Fact, Link
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

VIEW = "exchange.quarantine.view"
RESOLVE = "exchange.quarantine.resolve"
ALARMS = "exchange.alarm.view"


def crumb() -> Link:
    """The step of the breadcrumbs that leads to the list."""
    return Link(_("Quarantine"), reverse("exchange:quarantine"))


_COLUMNS: tuple[Column[Record], ...] = (
    Column(
        "subject",
        gettext_lazy("Subject"),
        "subject",
        kind="link",
        sort="subject",
        url=lambda row: reverse("exchange:quarantined", args=[row.leaf]),
    ),
    Column(
        "type", gettext_lazy("Record type"), lambda row: wording.type_title(row.key), sort=("type", "version")
    ),
    Column("partner", gettext_lazy("From"), lambda row: wording.partner_tile(row.stream.partner)),
    Column("arrived", gettext_lazy("Arrived"), "stored_at", kind="date", sort="stored_at"),
    Column("error", gettext_lazy("What went wrong"), lambda row: row.effect_error[:160]),
    Column("attempts", gettext_lazy("Attempts"), "effect_attempts", kind="number", sort="effect_attempts"),
)


@require_GET
@authorised(VIEW)
def quarantine(request: ActorRequest) -> HttpResponseBase:
    """Accepted records whose effect failed here."""
    rows = Record.objects.filter(effect=Effect.QUARANTINED).select_related("stream__partner")
    page = ListPage(
        request,
        visible(request.actor, VIEW, rows),
        _COLUMNS,
        name="quarantine",
        empty=Empty(
            _("Nothing is in quarantine"),
            _("A record whose effect fails here waits in quarantine until an operator runs it again."),
        ),
    )
    context = {
        "lead": _(
            "Accepted and receipted, but their effect failed here. That is our fault, not the sender’s."
        ),
        "may_see_alarms": can(request.actor, ALARMS),
    }
    return page.respond(_("Quarantine"), "exchange/quarantine.html", context)


def _seen(request: ActorRequest, leaf: str) -> Record:
    rows = Record.objects.select_related("stream__partner")
    return find(visible(request.actor, VIEW, rows), leaf=leaf)


@require_GET
@authorised(VIEW)
def quarantined(request: ActorRequest, leaf: str) -> HttpResponse:
    """One record whose effect failed: the error, and what can be done."""
    row = _seen(request, leaf)
    context = {
        "title": row.subject,
        "lead": wording.type_title(row.key),
        "crumbs": [crumb()],
        "row": row,
        "row_facts": [
            Fact(_("State"), wording.effect_state(row)),
            Fact(_("From"), wording.partner_tile(row.stream.partner)),
            Fact(_("Arrived"), row.stored_at),
            Fact(_("Attempts"), row.effect_attempts),
            Fact(_("The record"), Link(row.subject, reverse("exchange:record", args=[row.leaf]))),
        ],
        "waits": row.effect == Effect.QUARANTINED,
        "may": can(request.actor, RESOLVE),
    }
    return render(request, "exchange/quarantined.html", context)


@require_POST
@authorised(RESOLVE)
def run_again(request: ActorRequest, leaf: str) -> HttpResponse:
    """Apply the record once more."""
    row = _seen(request, leaf)
    try:
        row = services.run_again(row, actor=request.actor.label)
    except IsthmusError as error:
        messages.error(request, str(error))
        return redirect("exchange:quarantined", leaf)
    if row.effect in {Effect.APPLIED, Effect.AWAITING}:
        messages.success(request, _("It worked: the record has its effect now."))
        return redirect("exchange:quarantine")
    messages.error(request, _("It failed again. The error is below."))
    return redirect("exchange:quarantined", leaf)


@require_http_methods(["GET", "POST"])
@authorised(RESOLVE)
def dismiss(request: ActorRequest, leaf: str) -> HttpResponse:
    """Set a record aside for good, for a reason."""
    row = _seen(request, leaf)
    back = reverse("exchange:quarantined", args=[leaf])
    return ask(
        request,
        ReasonForm(posted(request)),
        lambda given: services.dismiss(row, given["reason"], actor=request.actor.label),
        title=_("Set %(subject)s aside") % {"subject": row.subject},
        lead=_("It will have no effect here. Its place in the stream, its receipt and its text stay."),
        submit=_("Set it aside"),
        done=_("The record is set aside."),
        back=back,
        after=reverse("exchange:quarantine"),
        crumbs=[crumb(), Link(row.subject, back)],
    )
