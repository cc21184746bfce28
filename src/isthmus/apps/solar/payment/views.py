"""The page about paying: instalments and their risk, other sources beside it, and what will be waste."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from isthmus.apps.solar.payment import queries, wording
from isthmus.apps.solar.payment.forms import PayForm
from isthmus.apps.solar.payment.rules.instalments import Terms
from isthmus.apps.solar.payment.rules.sources import Yearly, compare
from isthmus.apps.solar.payment.rules.waste import forecast, systems_of
from isthmus.kit import clock

_MONTHS, _YEARS_OF_WASTE = 12, 20


def _terms(form: PayForm) -> Terms:
    told = form.cleaned_data
    shares = (told[name] / 100 for name in ("rate", "stops", "resale"))
    return Terms(told["price"], told["deposit"], told["months"], *shares)


def _beside(form: PayForm) -> wording.Beside:
    told = form.cleaned_data
    known, years = queries.sources()
    a_year = told["price"] / years if told["a_month"] is None else told["a_month"] * _MONTHS
    solar = Yearly("solar", a_year, Decimal(0), Decimal(1), confirmed=False)
    return wording.Beside(solar, compare(known, Decimal(str(told["wh_per_day"])), years))


def _waste(form: PayForm) -> dict[str, object]:
    told, year = form.cleaned_data, clock.now().year
    if not told["wp"] and not told["battery_wh"]:
        return {}
    installed = systems_of(
        queries.masses(),
        told["wp"],
        told["battery_wh"],
        told["battery"],
        told["systems"],
        year,
        told["battery_years"],
    )
    grams = forecast((one for one in installed if one.grams_each), year + _YEARS_OF_WASTE)
    return {"waste": wording.waste_table(grams), "waste_words": wording.waste_words(grams)} if grams else {}


@require_GET
def pay(request: HttpRequest) -> HttpResponse:
    """Anybody asks what a system costs a month; nothing is kept."""
    form = PayForm.asked(request.GET.dict())
    context: dict[str, object] = {
        "title": _("Paying for a solar system"),
        "lead": _("What it costs a month, what it saves beside other sources, and what will be waste."),
        "form": form,
    }
    if form.is_bound and form.is_valid():
        terms, beside = _terms(form), _beside(form)
        context |= {
            "payer": wording.payer_facts(terms),
            "lender": wording.lender_facts(terms),
            "owed": wording.owed_chart(terms),
            "cost": beside.cost(),
            "carbon": beside.carbon(),
            "sources": beside.table(),
            **_waste(form),
        }
    return render(request, "solar/pay.html", context)
