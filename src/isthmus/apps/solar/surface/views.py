"""The planner's page: every size at a place in a picture, what reliability costs, and a system's year."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.solar.sizing.house import VIEW
from isthmus.apps.solar.surface.forms import SurfaceForm
from isthmus.kit.errors import BadInput

if TYPE_CHECKING:
    from isthmus.apps.solar.surface.shown_analytics import Shown

_KEPT = {"svg": "image/svg+xml", "csv": "text/csv; charset=utf-8"}


def _answer(form: SurfaceForm) -> "Shown":
    from isthmus.apps.solar.surface.shown_analytics import shown

    told = form.cleaned_data
    place = told["place"], told["lat"], told["lon"]
    return shown(*place, form.use(), told["battery"], told["llp"], told["air_c"])


def _file(kind: str, answer: "Shown") -> HttpResponse:
    from isthmus.apps.solar.surface.formats.tables import as_csv
    from isthmus.apps.solar.surface.wording import surface_chart
    from isthmus.ui.charts import alone

    whole, asked = answer.found.surface, answer.found.asked
    if kind == "svg":
        content = alone(surface_chart(whole, asked))
    else:
        content = as_csv(
            whole.wp,
            whole.battery_wh,
            whole.by_energy,
            whole.by_hours,
            whole.costs,
            asked.design.currency,
            whole.best,
        )
    name = f"surface-{asked.design.wp}-wp-{asked.design.battery_wh}-wh.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=_KEPT[kind], headers=headers)


def _pictures(answer: "Shown") -> dict[str, object]:
    from isthmus.apps.solar.surface import wording

    found = answer.found
    return {
        "facts": wording.facts_of(found.asked),
        "surface": wording.surface_chart(found.surface, found.asked),
        "frontier": wording.frontier_chart(found.systems, found.asked),
        "systems": wording.systems_table(found.systems),
        "months": wording.months_chart(answer.by_month),
        "sun": wording.sun_chart(answer.year),
        "balance": wording.balance_facts(answer.year),
        "says": (
            *answer.says,
            _("Costs over 20 years hold later batteries and no interest; one more battery makes a step."),
            _("Prices are planning figures and not confirmed; freight, duty and tax come on top."),
        ),
    }


@require_GET
@authorised(VIEW)
def surface(request: ActorRequest) -> HttpResponse:
    """Every size for a place and a use; nothing is kept. ``keep`` asks for the surface as a file."""
    form = SurfaceForm(request.GET if "battery" in request.GET else None)
    asked = request.GET.copy()
    keep = asked.pop("keep", [""])[-1]
    context: dict[str, object] = {
        "title": _("Reliability and cost"),
        "lead": _("How often each size of panel and battery runs short at a place, and what it costs."),
        "form": form,
        "query": asked.urlencode(),
    }
    if form.is_bound and form.is_valid():
        try:
            answer = _answer(form)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            if keep in _KEPT:
                return _file(keep, answer)
            context |= _pictures(answer)
    return render(request, "solar/surface.html", context)
