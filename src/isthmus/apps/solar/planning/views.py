"""Pages of the planner: lists of homes that were planned, by district, and their lots."""

from operator import itemgetter

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, require
from isthmus.apps.solar.planning import queries, services, wording
from isthmus.apps.solar.planning.forms import PlanForm
from isthmus.apps.solar.planning.house import PLAN, VIEW
from isthmus.apps.solar.planning.models import SupplyPlan
from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.limits import takes
from isthmus.ui.components import Empty, Link
from isthmus.ui.exports import respond
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

_SHOWN_LOTS = 50
_FORMS = 1024 * 1024
_COLUMNS: tuple[Column[SupplyPlan], ...] = (
    Column(
        "title",
        gettext_lazy("Plan"),
        "title",
        "link",
        sort="title",
        url=lambda row: reverse("solar:plan", args=[row.pk]),
    ),
    Column("organisation", gettext_lazy("Organisation"), "organisation.name"),
    Column("state", gettext_lazy("State"), wording.state_of, "state"),
    Column("homes", gettext_lazy("Homes"), lambda row: row.found.get("whole", {}).get("homes"), "number"),
    Column("asked", gettext_lazy("Asked on"), "asked_at", "date", sort="asked_at"),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """The plans of the visitor's organisations."""
    page = ListPage(
        request,
        queries.plans_for(request.actor),
        _COLUMNS,
        name="solar-plans",
        default_sort="-asked",
        empty=Empty(
            _("Nothing was planned yet"),
            _("Give a list of homes: each gets the cheapest system that is good enough."),
        ),
    )
    context = {
        "lead": _("Solar systems for all homes of a district, put together to lots for makers."),
        "may_plan": can(request.actor, PLAN),
    }
    return page.respond(_("Plan a district"), template="solar/plans.html", context=context)


def _find(request: ActorRequest, pk: int) -> SupplyPlan:
    row = queries.plans_for(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("solar.no-plan", _("There is no such plan."))
    return row


def _crumbs() -> tuple[Link, ...]:
    return (Link(_("Plan a district"), reverse("solar:plans")),)


@takes(services.MOST_BYTES + _FORMS)
@require_http_methods(["GET", "POST"])
@authorised(PLAN)
def ask(request: ActorRequest) -> HttpResponse:
    """Give a list of homes; the node's worker plans it."""
    form = PlanForm(request.POST or None, request.FILES or None, organisations=request.actor.organisation_ids)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            row = services.ask(
                form.holder,
                told["title"],
                (told["file"].name, told["file"].read()),
                battery=told["battery"],
                target=told["target"],
                country=told["country"],
                actor=request.actor.label,
            )
            return redirect("solar:plan", row.pk)
        except BadInput as error:
            form.add_error("file", error.message)
    context = {
        "title": _("Plan for a list of homes"),
        "lead": _("Each home gets the cheapest system that is good enough; homes alike become a lot."),
        "crumbs": _crumbs(),
        "form": form,
        "submit": _("Plan"),
        "cancel_url": reverse("solar:plans"),
    }
    return render(request, "ui/form.html", context)


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """A plan: how far it is, then its districts, its costs and its lots."""
    row = _find(request, pk)
    may_plan = can(request.actor, PLAN, row)
    context: dict[str, object] = {"title": row.title, "crumbs": _crumbs(), "plan": row, "may_plan": may_plan}
    if row.is_open:
        context["work"] = wording.progress(row, queries.work_on(row))
        fragment = "HX-Request" in request.headers
        return render(request, "ui/progress_fragment.html" if fragment else "solar/plan_work.html", context)
    if "HX-Request" in request.headers:
        # The page that asked shows the bar; it is to show the plan now.
        return HttpResponse(headers={"HX-Refresh": "true"})
    if not row.fault:
        context |= {
            "facts": wording.facts_of(row),
            "chart": wording.districts_chart(row),
            "districts": wording.districts_table(row),
            "lots": tabulate(wording.LOTS, row.lots[:_SHOWN_LOTS]),
            "more_lots": max(len(row.lots) - _SHOWN_LOTS, 0),
            "notes": wording.notes_on(row),
            "askable": may_plan and 0 < len(row.lots) <= queries.MOST_LOTS,
            "too_many": len(row.lots) > queries.MOST_LOTS,
            "most": queries.MOST_LOTS,
        }
    return render(request, "solar/plan.html", context)


@require_POST
@authorised(PLAN)
def drop(request: ActorRequest, pk: int) -> HttpResponse:
    """Delete a plan, or stop it."""
    row = _find(request, pk)
    require(request.actor, PLAN, row)
    services.drop(row, actor=request.actor.label)
    return redirect("solar:plans")


@require_GET
@authorised(VIEW)
def homes(request: ActorRequest, pk: int, kind: str) -> HttpResponseBase:
    """A row for each home, as CSV or Parquet."""
    row = _find(request, pk)
    if kind not in {"csv", "parquet"} or not row.rows:
        raise NotFound("solar.no-plan", _("There is no such file of this plan."))
    content = bytes(row.rows)
    if kind == "parquet":
        headers = {"Content-Disposition": f'attachment; filename="plan-{row.pk}-homes.parquet"'}
        return HttpResponse(content, content_type="application/vnd.apache.parquet", headers=headers)
    from isthmus.apps.solar.planning.analytics.lots import homes_of

    heads, rows = homes_of(content)
    columns: tuple[Column[tuple[object, ...]], ...] = tuple(
        Column(head, head, itemgetter(place)) for place, head in enumerate(heads)
    )
    assert row.planned_at is not None, "it has rows"
    return respond("csv", f"plan-{row.pk}-homes", columns, rows, row.planned_at, len(rows))


@require_GET
@authorised(VIEW)
def lots(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The lots as CSV."""
    row = _find(request, pk)
    if row.planned_at is None:
        raise NotFound("solar.no-plan", _("There is no such file of this plan."))
    return respond("csv", f"plan-{row.pk}-lots", wording.LOTS, row.lots, row.planned_at, len(row.lots))
