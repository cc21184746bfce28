"""Alarms: what will not heal by itself, what to do about each, and what became of earlier ones."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.exchange.alarm_book import advice_on
from isthmus.exchange.forms import ReasonForm
from isthmus.exchange.models import Alarm, Stream, StreamState
from isthmus.exchange.services.alarms import clear_by_hand
from isthmus.exchange.views.acts import ask, find, posted
from isthmus.trust.models import Partner
from isthmus.ui.components import Empty, Fact, Link, SavedView, State
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

VIEW = "exchange.alarm.view"
CLEAR = "exchange.alarm.clear"
EARLIER = 10


def crumb() -> Link:
    """The step of the breadcrumbs that leads to the list."""
    return Link(_("Alarms"), reverse("exchange:alarms"))


def partner_of(subject: str, known: dict[str, str]) -> str:
    """The value that ``known`` (by node id) holds for the partner an alarm speaks of; empty for none."""
    ends = subject.partition("#")[0].split(">")
    return next((known[end] for end in ends if end in known), "")


def _streams_pages() -> dict[str, str]:
    return {
        node_id: reverse("exchange:streams", args=[node_id])
        for node_id in Partner.objects.values_list("node_id", flat=True)
    }


def alarm_state(row: Alarm) -> State:
    """Whether an alarm is open, and who closed it."""
    if row.cleared_at is None:
        return State("bad", _("Open"))
    return State("off", _("Cleared by %(who)s") % {"who": row.cleared_by})


@require_GET
@authorised(VIEW)
def alarms(request: ActorRequest) -> HttpResponseBase:
    """What will not heal by itself; the history behind a saved view."""
    pages = _streams_pages()
    cleared = request.GET.get("cleared") == "yes"
    rows = Alarm.objects.filter(cleared_at=None) if not cleared else Alarm.objects.exclude(cleared_at=None)
    columns: tuple[Column[Alarm], ...] = (
        Column(
            "title",
            _("Alarm"),
            lambda row: advice_on(row.code).title,
            url=lambda row: reverse("exchange:alarm", args=[row.pk]),
        ),
        Column("message", _("What happened"), "message"),
        Column("next_step", _("What to do"), lambda row: row.next_step.replace("`", "")),
        Column("subject", _("About"), "subject", kind="link", url=lambda row: partner_of(row.subject, pages)),
        Column("times", _("Times"), "times", kind="number", sort="times"),
        Column("raised", _("Since"), "raised_at", kind="date", sort="raised_at"),
        *(
            (
                Column("state", _("State"), alarm_state, kind="state"),
                Column("cleared", _("Cleared on"), "cleared_at", kind="date", sort="cleared_at"),
                Column("reason", _("Why"), "cleared_reason"),
            )
            if cleared
            else ()
        ),
    )
    page = ListPage(
        request,
        visible(request.actor, VIEW, rows),
        columns,
        name="alarms",
        default_sort="-cleared" if cleared else "-raised",
        views=(SavedView(_("Open")), SavedView(_("Cleared"), "cleared=yes")),
        empty=Empty(
            _("No alarm is open") if not cleared else _("No alarm was cleared yet"),
            _(
                "An alarm is raised where the node cannot help itself: a frozen stream, a partner out of "
                "reach for long."
            ),
        ),
    )
    lead = _("What will not heal by itself. Open one to read what to do about it, step by step.")
    return page.respond(_("Alarms"), context={"lead": lead})


_EARLIER: tuple[Column[Alarm], ...] = (
    Column(
        "raised",
        gettext_lazy("Raised"),
        "raised_at",
        url=lambda row: reverse("exchange:alarm", args=[row.pk]),
    ),
    Column("message", gettext_lazy("What happened"), "message"),
    Column("cleared", gettext_lazy("Cleared on"), "cleared_at"),
    Column("by", gettext_lazy("By"), "cleared_by"),
    Column("reason", gettext_lazy("Why"), "cleared_reason"),
)


@require_GET
@authorised(VIEW)
def alarm(request: ActorRequest, pk: int) -> HttpResponse:
    """One alarm: what it means, what to do, and what became of the same matter before."""
    row = find(visible(request.actor, VIEW, Alarm.objects.all()), pk=pk)
    advice = advice_on(row.code)
    streams = partner_of(row.subject, _streams_pages())
    frozen = Stream.objects.filter(name=row.subject, state=StreamState.FROZEN).exists()
    earlier = visible(request.actor, VIEW, Alarm.objects.filter(code=row.code, subject=row.subject))
    before = list(earlier.exclude(pk=row.pk).exclude(cleared_at=None)[:EARLIER])
    facts = [
        Fact(_("State"), alarm_state(row)),
        Fact(_("About"), Link(row.subject, streams) if streams else row.subject),
        Fact(_("Since"), row.raised_at),
        Fact(_("Last seen"), row.last_seen_at),
        Fact(_("Times"), row.times),
        Fact(_("Code"), row.code),
    ]
    if row.cleared_at is not None:
        facts += [Fact(_("Cleared on"), row.cleared_at), Fact(_("Why"), row.cleared_reason)]
    context = {
        "title": advice.title,
        "lead": row.message,
        "crumbs": [crumb()],
        "row": row,
        "advice": advice,
        "alarm_facts": facts,
        "streams_url": streams,
        "frozen": frozen,
        "may_clear": can(request.actor, CLEAR) and row.cleared_at is None and not frozen,
        "earlier": tabulate(_EARLIER, before, _("The same alarm before")) if before else None,
    }
    return render(request, "exchange/alarm.html", context)


@require_http_methods(["GET", "POST"])
@authorised(CLEAR)
def clear(request: ActorRequest, pk: int) -> HttpResponse:
    """Close an alarm whose matter is settled, for a reason."""
    row = find(visible(request.actor, VIEW, Alarm.objects.filter(cleared_at=None)), pk=pk)
    back = reverse("exchange:alarm", args=[pk])
    return ask(
        request,
        ReasonForm(posted(request)),
        lambda given: clear_by_hand(row, given["reason"], actor=request.actor.label),
        title=_("Clear an alarm"),
        lead=row.message,
        submit=_("Clear the alarm"),
        done=_("The alarm is cleared. It comes back if the matter does."),
        back=back,
        after=reverse("exchange:alarms"),
        crumbs=[crumb(), Link(str(advice_on(row.code).title), back)],
    )
