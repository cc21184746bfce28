"""Pages of a workshop: planning it, its sessions, what was written about it, and how far it is."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, require
from isthmus.apps.workshops.attendance.queries import by_day
from isthmus.apps.workshops.nominations import queries as nominations
from isthmus.apps.workshops.nominations.models import Invitation
from isthmus.apps.workshops.nominations.wording import NOMINEES
from isthmus.apps.workshops.programme import queries
from isthmus.apps.workshops.programme.forms import AccountForm, SessionForm, WorkshopForm, add_faults, joined
from isthmus.apps.workshops.programme.house import KEEP, VIEW
from isthmus.apps.workshops.programme.models import Session, Workshop
from isthmus.apps.workshops.programme.rules.counts import Basis
from isthmus.apps.workshops.programme.rules.states import WorkshopState
from isthmus.apps.workshops.programme.services import planning
from isthmus.apps.workshops.programme.views.programmes import WORKSHOPS, crumbs, own
from isthmus.apps.workshops.programme.wording import state_mark
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.charts import BarChart, Series
from isthmus.ui.components import Empty, Fact, Link, Tile
from isthmus.ui.formats import day_text
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

_SESSIONS: tuple[Column[Session], ...] = (
    Column("title", gettext_lazy("Title"), "title"),
    Column("kind", gettext_lazy("Kind"), lambda row: row.get_kind_display()),
    Column("speaker", gettext_lazy("Speaker"), lambda row: row.speaker or None),
    Column("position", gettext_lazy("Position"), lambda row: row.position or None),
)
_CALLED: tuple[Column[Invitation], ...] = (
    Column("country", gettext_lazy("Country"), lambda row: Tile(row.country or row.partner.upper())),
    Column("quota", gettext_lazy("Quota"), "quota", "number"),
    Column("nominated", gettext_lazy("Nominated"), lambda row: len(row.nominees.all()), "number"),
    Column("until", gettext_lazy("Nominations until"), "until", "date"),
)


def find(request: ActorRequest, number: str) -> Workshop:
    """One workshop that the visitor may see."""
    row = queries.workshops_for(request.actor).filter(number=number).first()
    if row is None:
        raise NotFound("workshops.no-workshop", _("There is no such workshop."))
    return row


def kept(request: ActorRequest, number: str) -> Workshop:
    """One workshop that the visitor keeps."""
    row = find(request, number)
    require(request.actor, KEEP, row)
    return row


def way(workshop: Workshop) -> tuple[Link, ...]:
    """The way to a workshop."""
    here = Link(workshop.number, reverse("workshops:workshop", args=[workshop.number]))
    return (*crumbs(workshop.programme), here)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """All workshops, whatever their programme."""
    page = ListPage(
        request,
        queries.workshops_for(request.actor),
        WORKSHOPS,
        name="workshops",
        default_sort="-starts",
        empty=Empty(_("No workshop is planned"), _("They are planned on the page of their programme.")),
    )
    return page.respond(_("Workshops"), context={"lead": _("Every workshop, and how far it is.")})


def _attendance(workshop: Workshop) -> BarChart | None:
    days = by_day(workshop)
    if not days:
        return None
    return BarChart(
        _("People who were there, by day"),
        [day_text(day) for day, _present in days],
        [Series(_("Present"), [present for _day, present in days])],
        _("people"),
        description=_("How many people were noted as present on each day."),
    )


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, number: str) -> HttpResponse:
    """One workshop: how far it is, who is called and nominated, its sessions."""
    row = find(request, number)
    state, told = queries.state(row), queries.participants_of(row)
    facts = (
        Fact(_("State"), state_mark(state)),
        Fact(_("Theme"), row.theme or None),
        Fact(_("Host"), row.host),
        Fact(_("Place"), row.place),
        Fact(_("First day"), row.starts),
        Fact(_("Last day"), row.ends),
        Fact(
            _("Participants, as stated") if told.basis is Basis.STATED else _("Participants, counted"),
            told.number or None,
        ),
    )
    called = list(
        row.invitations.exclude(partner="").order_by("country", "partner").prefetch_related("nominees")
    )
    nominees = nominations.nominees_of(row)
    sessions = list(row.sessions.order_by("place_in_workshop"))
    may = row.programme.closed_at is None and can(request.actor, KEEP, row)
    context = {
        "title": row.title,
        "lead": _("Who is called, who comes, and what happens there."),
        "crumbs": crumbs(row.programme),
        "workshop": row,
        "facts": tuple(fact for fact in facts if fact.value is not None),
        "called": tabulate(_CALLED, called) if called else None,
        "nominees": tabulate(NOMINEES, nominees) if nominees else None,
        "attendance": _attendance(row),
        "sessions": tabulate(_SESSIONS, sessions) if sessions else None,
        "paragraphs": [part for part in row.account.replace("\r", "").split("\n\n") if part.strip()],
        "may_keep": may,
        "may_call": may and state in {WorkshopState.PLANNED, WorkshopState.INVITED},
        "may_hold": may and state in {WorkshopState.PLANNED, WorkshopState.INVITED},
        "may_report": may and state is WorkshopState.HELD,
    }
    return render(request, "workshops/workshop.html", context)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def plan(request: ActorRequest, code: str) -> HttpResponse:
    """Plan a workshop of a programme."""
    programme = own(request, code)
    form = WorkshopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        planned = planning.Planned(
            title=joined(told["title"]),
            theme=joined(told["theme"]),
            host=joined(told["host"]),
            place=joined(told["place"]),
            starts=told["starts"],
            ends=told["ends"],
        )
        try:
            row = planning.plan_workshop(programme, planned, actor=request.actor.label)
            return redirect("workshops:workshop", row.number)
        except BadInput as error:
            add_faults(form, error, "title")
    context = {
        "title": _("Plan a workshop"),
        "lead": _("Afterwards, call countries to it."),
        "crumbs": crumbs(programme),
        "form": form,
        "submit": _("Plan it"),
        "cancel_url": reverse("workshops:programme", args=[code]),
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def session(request: ActorRequest, number: str) -> HttpResponse:
    """Add a session."""
    row = kept(request, number)
    form = SessionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        planning.add_session(
            row,
            told["kind"],
            joined(told["title"]),
            speaker=joined(told["speaker"]),
            position=joined(told["position"]),
            actor=request.actor.label,
        )
        return redirect("workshops:workshop", number)
    context = {
        "title": _("Add a session"),
        "lead": _("Speeches, round tables, case studies and visits stand in the report."),
        "crumbs": way(row),
        "form": form,
        "cancel_url": reverse("workshops:workshop", args=[number]),
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def account(request: ActorRequest, number: str) -> HttpResponse:
    """Write what the report says of a workshop."""
    row = kept(request, number)
    known = {"account": row.account, "stated": row.stated_participants}
    form = AccountForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        planning.write_account(row, told["account"], told["stated"], actor=request.actor.label)
        return redirect("workshops:workshop", number)
    context = {
        "title": _("Write about the workshop"),
        "lead": _("These paragraphs stand in the final report, behind the figures."),
        "crumbs": way(row),
        "form": form,
        "cancel_url": reverse("workshops:workshop", args=[number]),
    }
    return render(request, "ui/form.html", context)


@require_POST
@authorised(KEEP)
def held(request: ActorRequest, number: str) -> HttpResponse:
    """Note that it was held."""
    planning.mark_held(kept(request, number), actor=request.actor.label)
    return redirect("workshops:workshop", number)


@require_POST
@authorised(KEEP)
def reported(request: ActorRequest, number: str) -> HttpResponse:
    """Note that it stands in the report."""
    planning.mark_reported(kept(request, number), actor=request.actor.label)
    return redirect("workshops:workshop", number)
