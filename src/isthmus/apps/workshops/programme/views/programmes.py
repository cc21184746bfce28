"""Pages of programmes: the list, a new one, one with its workshops and its money at a glance."""

from collections import Counter

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, require
from isthmus.apps.workshops.expenditure import queries as money_queries
from isthmus.apps.workshops.programme import queries
from isthmus.apps.workshops.programme.forms import ProgrammeForm, VirtualProjectForm, add_faults
from isthmus.apps.workshops.programme.house import KEEP, VIEW
from isthmus.apps.workshops.programme.models import Programme, Workshop
from isthmus.apps.workshops.programme.services import planning
from isthmus.apps.workshops.programme.wording import money, state_mark
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.charts import TileMap
from isthmus.ui.components import Empty, Fact, Link, State
from isthmus.ui.formats import country_name
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

_COLUMNS: tuple[Column[Programme], ...] = (
    Column(
        "code",
        gettext_lazy("Programme"),
        "code",
        "link",
        sort="code",
        url=lambda row: reverse("workshops:programme", args=[row.code]),
    ),
    Column("title", gettext_lazy("Title"), "title", sort="title"),
    Column("fund", gettext_lazy("Fund"), "fund"),
    Column("starts", gettext_lazy("First day"), "starts", "date", sort="starts"),
    Column("ends", gettext_lazy("Last day"), "ends", "date", sort="ends"),
    Column("closed", gettext_lazy("Closed"), "closed_at", "date"),
)
WORKSHOPS: tuple[Column[Workshop], ...] = (
    Column(
        "number",
        gettext_lazy("Workshop"),
        "title",
        "link",
        sort="title",
        url=lambda row: reverse("workshops:workshop", args=[row.number]),
    ),
    Column("state", gettext_lazy("State"), lambda row: state_mark(queries.state(row)), "state"),
    Column("place", gettext_lazy("Place"), "place"),
    Column("starts", gettext_lazy("First day"), "starts", "date", sort="starts"),
    Column("ends", gettext_lazy("Last day"), "ends", "date"),
)


def find(request: ActorRequest, code: str) -> Programme:
    """One programme that the visitor may see."""
    row = queries.programmes_for(request.actor).filter(code=code).first()
    if row is None:
        raise NotFound("workshops.no-programme", _("There is no such programme."))
    return row


def own(request: ActorRequest, code: str) -> Programme:
    """One programme that the visitor keeps."""
    row = find(request, code)
    require(request.actor, KEEP, row)
    return row


def crumbs(programme: Programme | None = None) -> tuple[Link, ...]:
    """The way to a programme."""
    top = Link(_("Programmes"), reverse("workshops:programmes"))
    if programme is None:
        return (top,)
    return (top, Link(programme.code, reverse("workshops:programme", args=[programme.code])))


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """The programmes of this node."""
    page = ListPage(
        request,
        queries.programmes_for(request.actor),
        _COLUMNS,
        name="workshops-programmes",
        default_sort="-starts",
        empty=Empty(
            _("This node runs no programme"),
            _("A secretariat plans one. Where partners call your country to workshops, nominate people."),
            Link(_("Calls to workshops"), reverse("workshops:calls")),
        ),
    )
    context = {
        "lead": _("What a fund pays for: workshops, who comes, and what is spent."),
        "may_plan": can(request.actor, KEEP),
    }
    return page.respond(_("Programmes"), template="workshops/programmes.html", context=context)


def _map(row: Programme) -> TileMap | None:
    """Who was there, by country; None where nobody is on a list."""
    people = Counter(code for codes in queries.present_of(row).values() for code in codes if code)
    if not people:
        return None
    return TileMap(
        _("Participants by country"),
        dict(people),
        unit=_("participants"),
        description=_("Counted from the lists of attendance."),
        names={code: country_name(code) for code in people},
    )


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, code: str) -> HttpResponse:
    """One programme: its workshops and how far each is, and its money at a glance."""
    row = find(request, code)
    found = queries.in_all_of(row)
    spent = money_queries.sums_of(row)
    budget = sum(one.budget_minor for one in money_queries.lines_of(row))
    facts = (
        Fact(
            _("State"),
            State("off", _("Closed")) if row.closed_at is not None else State("wait", _("Runs")),
        ),
        Fact(_("Fund"), ", ".join(part for part in (row.fund, row.reference) if part)),
        Fact(_("Partners"), ", ".join(row.partners) or None),
        Fact(_("First day"), row.starts),
        Fact(_("Last day"), row.ends),
        Fact(_("Participants"), found.number or None),
        Fact(_("Of them stated in all only"), found.remainder or None),
        Fact(_("Budget"), money(budget, row.currency)),
        Fact(_("Spent"), money(spent.total_minor, row.currency)),
    )
    workshops = list(row.workshops.order_by("place_in_programme"))
    context = {
        "title": row.title,
        "lead": _("Its workshops, its money, and the report that is made of both."),
        "crumbs": crumbs(),
        "programme": row,
        "facts": tuple(fact for fact in facts if fact.value is not None),
        "workshops": tabulate(WORKSHOPS, workshops) if workshops else None,
        "map": _map(row),
        "publishes": bool(settings.ISTHMUS.iati_organisation),
        "projects": list(row.virtual_projects.order_by("place_in_programme")),
        "may_keep": row.closed_at is None and can(request.actor, KEEP, row),
    }
    return render(request, "workshops/programme.html", context)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def plan(request: ActorRequest) -> HttpResponse:
    """Plan a programme."""
    form = ProgrammeForm(request.POST or None, organisations=request.actor.organisation_ids)
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "code": form.cleaned_data["code"].strip().upper()}
        given["currency"] = given["currency"].strip().upper()
        given.pop("organisation")
        try:
            row = planning.plan_programme(form.holder, given, actor=request.actor.label)
            return redirect("workshops:programme", row.code)
        except BadInput as error:
            add_faults(form, error, "code")
    context = {
        "title": _("Plan a programme"),
        "lead": _("Workshops and the budget come next."),
        "crumbs": crumbs(),
        "form": form,
        "submit": _("Plan it"),
        "cancel_url": reverse("workshops:programmes"),
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def virtual_project(request: ActorRequest, code: str) -> HttpResponse:
    """Add a virtual project."""
    row = own(request, code)
    form = VirtualProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        planning.add_virtual_project(row, told["title"], told["text"], actor=request.actor.label)
        return redirect("workshops:programme", code)
    context = {
        "title": _("Add a virtual project"),
        "lead": _("A topic that delegates proposed; it stands in the report."),
        "crumbs": crumbs(row),
        "form": form,
        "cancel_url": reverse("workshops:programme", args=[code]),
    }
    return render(request, "ui/form.html", context)
