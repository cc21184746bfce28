"""Pages of a country: the workshops to which it is called, and whom it nominates."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.workshops.followups.services import telling
from isthmus.apps.workshops.nominations import body_queries as bodies
from isthmus.apps.workshops.nominations import queries
from isthmus.apps.workshops.nominations.forms import NominationForm
from isthmus.apps.workshops.nominations.house import APPROVE, CALLS, NOMINATE
from isthmus.apps.workshops.nominations.models import Call, Nomination
from isthmus.apps.workshops.nominations.services import nominating
from isthmus.apps.workshops.nominations.wording import nomination_state
from isthmus.apps.workshops.programme.forms import add_faults
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Empty, Fact, Link, Tile
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

_CALLS: tuple[Column[Call], ...] = (
    Column(
        "title",
        gettext_lazy("Workshop"),
        "title",
        "link",
        sort="title",
        url=lambda row: reverse("workshops:call", args=[row.pk]),
    ),
    Column("place", gettext_lazy("Place"), "place"),
    Column("starts", gettext_lazy("First day"), "starts", "date", sort="starts"),
    Column("until", gettext_lazy("Nominations until"), "until", "date", sort="until"),
    Column("quota", gettext_lazy("Quota"), "quota", "number"),
)
_NOMINATIONS: tuple[Column[Nomination], ...] = (
    Column(
        "name",
        gettext_lazy("Name"),
        "name",
        "link",
        sort="name",
        url=lambda row: reverse("workshops:nomination", args=[row.pk]),
    ),
    Column("workshop", gettext_lazy("Workshop"), "call.title"),
    Column("state", gettext_lazy("State"), nomination_state, "state", sort="state"),
    Column("sent", gettext_lazy("Sent"), "sent_at", "date", sort="sent_at"),
)


def way(call: Call | None = None) -> tuple[Link, ...]:
    """The way to a call."""
    top = Link(_("Calls to workshops"), reverse("workshops:calls"))
    return (top,) if call is None else (top, Link(call.number, reverse("workshops:call", args=[call.pk])))


def find_call(request: ActorRequest, pk: int) -> Call:
    """One call that the visitor may see."""
    row = queries.calls_for(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("workshops.no-call", _("There is no such call."))
    return row


@require_GET
@authorised(CALLS)
def calls(request: ActorRequest) -> HttpResponseBase:
    """The workshops to which this country is called."""
    page = ListPage(
        request,
        queries.calls_for(request.actor),
        _CALLS,
        name="workshops-calls",
        default_sort="-starts",
        empty=Empty(
            _("This country is not called to a workshop yet"),
            _("A secretariat calls it; then officers nominate, and the focal point approves."),
        ),
    )
    return page.respond(
        _("Calls to workshops"), context={"lead": _("Where you may nominate, how many, and until when.")}
    )


@require_GET
@authorised(CALLS)
def call(request: ActorRequest, pk: int) -> HttpResponse:
    """One workshop to which this country is called, and whom it nominates."""
    row = find_call(request, pk)
    body = bodies.shown_call(row)
    facts = (
        Fact(_("Programme"), body.programme),
        Fact(_("Theme"), body.theme),
        Fact(_("Host"), row.host or None),
        Fact(_("Place"), row.place or None),
        Fact(_("First day"), row.starts),
        Fact(_("Last day"), row.ends),
        Fact(_("Quota"), row.quota),
        Fact(_("Nominations until"), row.until),
        Fact(_("Called by"), row.partner),
    )
    mine = list(queries.nominations_for(request.actor).filter(call=row).order_by("pk"))
    late = clock.now() >= row.until
    context = {
        "title": row.title,
        "lead": _("The deadline has passed: what you send now is late, and may still be taken.")
        if late
        else _("Whom you nominate crosses once the focal point has approved."),
        "crumbs": way(),
        "call": row,
        "facts": tuple(fact for fact in facts if fact.value is not None),
        "nominations": tabulate(_NOMINATIONS, mine) if mine else None,
        "may_nominate": can(request.actor, NOMINATE),
    }
    return render(request, "workshops/call.html", context)


@require_http_methods(["GET", "POST"])
@authorised(NOMINATE)
def nominate(request: ActorRequest, pk: int) -> HttpResponse:
    """Nominate a person."""
    row = find_call(request, pk)
    form = NominationForm(request.POST or None, organisations=request.actor.organisation_ids)
    if request.method == "POST" and form.is_valid():
        try:
            made = nominating.nominate(row, form.holder, form.person, actor=request.actor.label)
            return redirect("workshops:nomination", made.pk)
        except BadInput as error:
            add_faults(form, error, "name")
    context = {
        "title": _("Nominate a person"),
        "lead": _("Nothing leaves this node before the focal point has approved."),
        "crumbs": way(row),
        "form": form,
        "submit": _("Hand it to the focal point"),
        "cancel_url": reverse("workshops:call", args=[pk]),
    }
    return render(request, "ui/form.html", context)


@require_GET
@authorised(NOMINATE)
def nominations(request: ActorRequest) -> HttpResponseBase:
    """Whom this country nominated; those that wait for the focal point first."""
    page = ListPage(
        request,
        queries.nominations_for(request.actor),
        _NOMINATIONS,
        name="workshops-nominations",
        default_sort="state",
        empty=Empty(_("Nobody is nominated yet"), _("Open a call, and nominate a person.")),
    )
    return page.respond(
        _("Nominations"), context={"lead": _("Whom this country sends, and how far each is.")}
    )


def _find(request: ActorRequest, pk: int) -> Nomination:
    row = queries.nominations_for(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("workshops.no-nomination", _("There is no such nomination."))
    return row


@require_GET
@authorised(NOMINATE)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One nomination; the focal point approves it here."""
    row = _find(request, pk)
    record = Link(row.leaf[:16], reverse("exchange:record", args=[row.leaf])) if row.leaf else None
    facts = (
        Fact(_("State"), nomination_state(row)),
        Fact(_("Country"), Tile(settings.ISTHMUS.country, side="here") if settings.ISTHMUS.country else None),
        Fact(_("Organisation"), row.organisation.name),
        Fact(_("Position"), row.position or None),
        Fact(_("Employer"), row.employer or None),
        Fact(_("E-mail"), row.email or None),
        Fact(_("Gender"), row.get_gender_display()),
        Fact(_("Why this person"), row.motivation or None),
        Fact(_("Written by"), row.by),
        Fact(_("Approved by"), row.approved_by or None),
        Fact(_("Sent"), row.sent_at),
        Fact(_("Answered"), row.answered_at),
        Fact(_("Reason"), row.reason or None),
        Fact(_("Record"), record),
    )
    is_draft = row.state == Nomination.State.DRAFT
    over = {Nomination.State.WITHDRAWN, Nomination.State.DECLINED}
    context = {
        "title": row.name,
        "lead": _("Nominated for %(workshop)s.") % {"workshop": row.call.title},
        "crumbs": way(row.call),
        "nomination": row,
        "facts": tuple(fact for fact in facts if fact.value is not None),
        "may_approve": is_draft and row.by != request.actor.label and can(request.actor, APPROVE),
        "may_withdraw": row.state not in over,
        "waits": is_draft,
        "may_plan": row.state == Nomination.State.ACCEPTED,
        "plan": queries.plan_key(row),
        "may_follow_up": telling.is_asked(row),
    }
    return render(request, "workshops/nomination.html", context)


@require_POST
@authorised(APPROVE)
def approve(request: ActorRequest, pk: int) -> HttpResponse:
    """The focal point approves, and the nomination is sent."""
    nominating.approve(_find(request, pk), actor=request.actor.label)
    return redirect("workshops:nomination", pk)


@require_POST
@authorised(NOMINATE)
def withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Withdraw a nomination."""
    nominating.withdraw(_find(request, pk), actor=request.actor.label)
    return redirect("workshops:nomination", pk)
