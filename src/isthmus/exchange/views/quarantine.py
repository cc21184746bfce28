"""Quarantine and alarms: what an operator must look at, what to do about it, and doing it."""

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
from isthmus.exchange.forms import NothingToAsk, ReasonForm
from isthmus.exchange.models import Alarm, Effect, Record
from isthmus.exchange.services import quarantine as services
from isthmus.exchange.services.alarms import clear_alarm
from isthmus.exchange.views.acts import ask, find, posted
from isthmus.kit.errors import Conflict, IsthmusError
from isthmus.trust.models import Partner
from isthmus.ui.components import Empty, Fact, Link, SavedView, State
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

VIEW = "exchange.quarantine.view"
RESOLVE = "exchange.quarantine.resolve"
ALARMS = "exchange.alarm.view"
CLEAR = "exchange.alarm.clear"


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
    if row.effect == Effect.APPLIED:
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


def _partner_of(subject: str, partners: dict[str, str]) -> str:
    """The streams page that an alarm speaks of; empty where its subject is no stream of a known partner."""
    ends = subject.partition("#")[0].split(">")
    return next((partners[end] for end in ends if end in partners), "")


@require_GET
@authorised(ALARMS)
def alarms(request: ActorRequest) -> HttpResponseBase:
    """What will not heal by itself, the open ones first."""
    partners = {
        node_id: reverse("exchange:streams", args=[node_id])
        for node_id in Partner.objects.values_list("node_id", flat=True)
    }
    cleared = request.GET.get("cleared") == "yes"
    rows = Alarm.objects.filter(cleared_at=None) if not cleared else Alarm.objects.exclude(cleared_at=None)
    may_clear = can(request.actor, CLEAR)
    columns: tuple[Column[Alarm], ...] = (
        Column("message", _("What happened"), "message"),
        Column("next_step", _("What to do"), "next_step"),
        Column(
            "subject", _("About"), "subject", kind="link", url=lambda row: _partner_of(row.subject, partners)
        ),
        Column("times", _("Times"), "times", kind="number", sort="times"),
        Column("raised", _("Since"), "raised_at", kind="date", sort="raised_at"),
        Column("state", _("State"), _alarm_state, kind="state"),
        *(
            (
                Column(
                    "clear",
                    _("Action"),
                    lambda _row: _("Clear"),
                    url=lambda row: reverse("exchange:clear_alarm", args=[row.pk]),
                ),
            )
            if may_clear and not cleared
            else ()
        ),
    )
    page = ListPage(
        request,
        visible(request.actor, ALARMS, rows),
        columns,
        name="alarms",
        default_sort="-raised",
        views=(SavedView(_("Open")), SavedView(_("Cleared"), "cleared=yes")),
        empty=Empty(
            _("No alarm is open"),
            _(
                "An alarm is raised where the node cannot help itself: a frozen stream, a partner out of "
                "reach for long."
            ),
        ),
    )
    return page.respond(_("Alarms"), context={"lead": _("What will not heal by itself.")})


def _alarm_state(row: Alarm) -> State:
    if row.cleared_at is None:
        return State("bad", _("Open"))
    return State("off", _("Cleared by %(who)s") % {"who": row.cleared_by})


@require_http_methods(["GET", "POST"])
@authorised(CLEAR)
def clear(request: ActorRequest, pk: int) -> HttpResponse:
    """Close an alarm whose matter is settled."""
    row = find(visible(request.actor, ALARMS, Alarm.objects.filter(cleared_at=None)), pk=pk)

    def act(_given: object) -> None:
        if not clear_alarm(row.code, row.subject, actor=request.actor.label):
            raise Conflict("exchange.alarm-cleared", _("Somebody has cleared this alarm already."))

    return ask(
        request,
        NothingToAsk(posted(request)),
        act,
        title=_("Clear an alarm"),
        lead=row.message,
        submit=_("Clear the alarm"),
        done=_("The alarm is cleared. It comes back if the matter does."),
        back=reverse("exchange:alarms"),
        crumbs=[Link(_("Alarms"), reverse("exchange:alarms"))],
    )
