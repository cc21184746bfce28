"""How many introductions were accepted, what became of them, and what waits to be told."""

from decimal import Decimal

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import require
from isthmus.apps.partners.forms import OutcomeForm, add_faults
from isthmus.apps.partners.house import INTRODUCE, VIEW
from isthmus.apps.partners.models import Outcome
from isthmus.apps.partners.queries.introductions import outcomes_for, outcomes_to_tell
from isthmus.apps.partners.queries.precision import Measured, measured, outcomes_told
from isthmus.apps.partners.services import outcomes as services
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.charts import BarChart, Series
from isthmus.ui.components import Link
from isthmus.ui.formats import grouped
from isthmus.ui.table import Column, tabulate


def _percent(value: Decimal) -> str:
    return f"{grouped(100 * value, 1)} %"


def _share(one: Measured) -> str | None:
    return None if one.precision.share is None else _percent(one.precision.share)


def _interval(one: Measured) -> str | None:
    ends = one.precision.interval
    if ends is None:
        return None
    return _("%(low)s to %(high)s") % {"low": _percent(ends[0]), "high": _percent(ends[1])}


_COLUMNS: tuple[Column[Measured], ...] = (
    Column("group", gettext_lazy("Introductions"), "label"),
    Column("made", gettext_lazy("Made"), "precision.made", "number"),
    Column("answered", gettext_lazy("Answered"), "answered", "number"),
    Column("accepted", gettext_lazy("Accepted"), "precision.accepted", "number"),
    Column("share", gettext_lazy("Accepted of made"), _share, "number"),
    Column("interval", gettext_lazy("Interval (95 in 100)"), _interval, "number"),
)
_TOLD: tuple[Column[tuple[int, str, int]], ...] = (
    Column("months", gettext_lazy("After months"), lambda one: one[0], "number"),
    Column(
        "says",
        gettext_lazy("What became of it"),
        lambda one: Outcome.Says(one[1]).label if one[1] else _("Not told yet"),
    ),
    Column("count", gettext_lazy("Introductions"), lambda one: one[2], "number"),
)
_WAITING: tuple[Column[Outcome], ...] = (
    Column(
        "title",
        gettext_lazy("Introduction"),
        lambda row: row.introduction.own.title,
        "link",
        url=lambda row: reverse("partners:outcome", args=[row.pk]),
    ),
    Column("months", gettext_lazy("After months"), "months", "number"),
    Column("asked", gettext_lazy("Asked"), "asked_at", "date"),
)


def _chart(rows: list[Measured]) -> BarChart | None:
    shown = [one for one in rows if one.precision.share is not None]
    if not shown:
        return None
    values = [float(100 * (one.precision.share or 0)) for one in shown]
    return BarChart(
        _("Accepted of made"),
        [one.label for one in shown],
        (Series(_("Accepted"), values),),
        "%",
        description=_("The share of introductions to which the side that was asked agreed."),
    )


def _json(rows: list[Measured]) -> JsonResponse:
    told = []
    for one in rows:
        share, ends = one.precision.share, one.precision.interval
        told.append(
            {
                "group": one.name,
                "made": one.precision.made,
                "answered": one.answered,
                "accepted": one.precision.accepted,
                "share": None if share is None else str(share),
                "interval": None if ends is None else [str(ends[0]), str(ends[1])],
            }
        )
    return JsonResponse({"introductions": told, "outcomes": [list(one) for one in outcomes_told()]})


@require_GET
@authorised(VIEW)
def outcomes(request: ActorRequest) -> HttpResponseBase:
    """Accepted of made, with the interval where there are few, and what became of them."""
    rows, told = measured(), outcomes_told()
    if request.GET.get("export") == "json":
        return _json(rows)
    waiting = list(
        outcomes_to_tell(request.actor).select_related("introduction__need", "introduction__offer")
    )
    first = rows[0].precision
    context = {
        "title": _("What became of it"),
        "lead": _("Introductions of this node: how many were accepted, and what came of them.")
        if first.made
        else _("No introduction was made yet; what becomes of them is counted here."),
        "rows": tabulate(_COLUMNS, rows, _("Accepted of made")) if first.made else None,
        "chart": _chart(rows),
        "is_few": first.made and first.is_few,
        "few": _("There are few so far: the true share may lie anywhere in its interval (Wilson, 95 %)."),
        "told": tabulate(_TOLD, told, _("What became of them")) if told else None,
        "waiting": tabulate(_WAITING, waiting) if waiting else None,
    }
    return render(request, "partners/outcomes.html", context)


@require_http_methods(["GET", "POST"])
@authorised(INTRODUCE)
def outcome(request: ActorRequest, pk: int) -> HttpResponse:
    """Tell what became of an introduction."""
    row = _find(request, pk)
    form = OutcomeForm(request.POST or None, initial={"says": row.says or None, "note": row.note})
    if request.method == "POST" and form.is_valid():
        try:
            note = " ".join(form.cleaned_data["note"].split())
            services.tell(row, form.cleaned_data["says"], note, actor=request.actor.label)
            return redirect("partners:outcomes")
        except BadInput as error:
            add_faults(form, error)
    context = {
        "title": _("What became of it after %(months)d months?") % {"months": row.months},
        "lead": row.introduction.own.title,
        "crumbs": (
            Link(_("What became of it"), reverse("partners:outcomes")),
            Link(
                row.introduction.reference[:12], reverse("partners:introduction", args=[row.introduction_id])
            ),
        ),
        "form": form,
        "submit": _("Save"),
        "cancel_url": reverse("partners:outcomes"),
    }
    return render(request, "ui/form.html", context)


def _find(request: ActorRequest, pk: int) -> Outcome:
    row = outcomes_for(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("partners.no-outcome", _("There is no such question."))
    require(request.actor, INTRODUCE, row.introduction.own)
    return row
