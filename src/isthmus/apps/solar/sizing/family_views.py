"""The page for a family: what it wants to use, three systems, when they run short and what they cost."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from isthmus.accounts.addresses import caller_of
from isthmus.accounts.attempts import TooManyRequests
from isthmus.accounts.throttle import Throttle
from isthmus.apps.solar.loads.appliance_queries import appliances, asked_by
from isthmus.apps.solar.loads.rules.appliances import Day, as_measured
from isthmus.apps.solar.sizing.family_forms import FamilyForm
from isthmus.apps.solar.sizing.wording import TITLES, months_words, peak_words, tier_words
from isthmus.kit.errors import BadInput
from isthmus.ui.charts import Chart, LineChart, Reference, Series
from isthmus.ui.components import Amount, Fact

if TYPE_CHECKING:
    from isthmus.apps.solar.sizing.analytics import Design
    from isthmus.apps.solar.sizing.living_analytics import Life

QUESTIONS = Throttle(burst=20, per_minute=10)
"""Questions of one caller: each costs the node seconds of work."""
_EVERY_HOURS = 3


@dataclass(frozen=True, slots=True)
class _Shown:
    """A design as the page shows it."""

    title: str
    price: str
    a_month: str
    months: str
    facts: tuple[Fact, ...]
    paying: str


def _paying(design: "Design", wh_per_day: float) -> str:
    """The question about this design to the page about paying."""
    return urlencode(
        {
            "price": design.price,
            "wh_per_day": round(wh_per_day),
            "a_month": design.a_month,
            "wp": design.wp,
            "battery_wh": design.battery_wh,
            "battery": design.battery,
            "battery_years": max(round(20 / design.batteries), 1),
        }
    )


def _money(value: Decimal, currency: str) -> str:
    return f"{number_format(value, 2, force_grouping=True)} {currency}"


def _shown(name: str, design: "Design", life: "Life", wh_per_day: float) -> _Shown:
    from isthmus.apps.solar.sizing.rules.living import months_short

    met = number_format(100 - design.by_energy * 100, 1)
    facts: tuple[Fact, ...] = (
        Fact(_("Solar panel"), Amount(design.wp, "W")),
        Fact(_("Battery"), Amount(design.battery_wh, "Wh")),
        Fact(_("Of what you want to use it gives"), f"{met} %"),
        Fact(_("Longest time in the dark"), _("%(hours)d hours") % {"hours": design.longest_dark_hours}),
        Fact(_("Batteries in 20 years"), number_format(round(design.batteries), 0)),
        Fact(_("Level of supply"), tier_words(life.achieved.tier, life.achieved.holds_back())),
    )
    too_much = peak_words(life.peak)
    if too_much:
        facts += (Fact(_("All at once"), too_much),)
    return _Shown(
        str(TITLES[name]),
        _money(design.price, design.currency),
        _money(design.a_month, design.currency),
        months_words(months_short(life.by_month)),
        facts,
        _paying(design, wh_per_day),
    )


def _week(life: "Life") -> Chart:
    """The charge of a bad week, every third hour."""
    hours = range(0, len(life.week.stored), _EVERY_HOURS)
    stored = [round(float(life.week.stored[hour]) * 100, 1) for hour in hours]
    empty = sum(1 for hour in life.week.unmet if hour > 0)
    return LineChart(
        _("A bad week with the good system"),
        [_("Day %(day)d, %(hour)02d h") % {"day": hour // 24 + 1, "hour": hour % 24} for hour in hours],
        (Series(_("Charge"), stored),),
        "%",
        description=_(
            "How full the battery is in a week as bad as comes about once a year: between %(least)s %% and"
            " %(most)s %%. In %(hours)d hours of it something stays dark."
        )
        % {
            "least": number_format(min(stored), 0),
            "most": number_format(max(stored), 0),
            "hours": empty,
        },
        reference=Reference(100, _("Full")),
        step_name=_("Time"),
    )


def _day(form: FamilyForm) -> Day:
    told = form.cleaned_data
    day = asked_by(form.uses(), appliances(told["country"]))
    return day if told["measured_wh"] is None else as_measured(day, told["measured_wh"])


def _answered(form: FamilyForm) -> dict[str, object]:
    """What the page shows for a valid form; BadInput where there is no answer."""
    from isthmus.apps.solar.sizing.family_analytics import answer
    from isthmus.apps.solar.sizing.rules.prices import Owned

    told, day = form.cleaned_data, _day(form)
    owned = Owned(told["owned_wp"] or 0, told["owned_wh"] or 0)
    found = answer(
        told["place"], told["lat"], told["lon"], day, told["battery"] or "lfp", owned, told["air_c"]
    )
    says = [
        *found.says,
        _("Prices are planning figures and not confirmed; freight, duty and tax come on top."),
        _("The price a month holds later batteries as well, and no interest."),
    ]
    if day.ac_w > 0:
        says.append(
            _("For %(watts)d W of this you need an inverter, and %(surge)d W for a moment at a start.")
            % {"watts": round(day.ac_w), "surge": round(day.surge_w)}
        )
    return {
        "shown": [
            _shown(name, one, found.lives[name], day.wh_per_day) for name, one in found.designs.items()
        ],
        "use": Amount(round(day.wh_per_day), "Wh"),
        "week": _week(found.lives["good"]),
        "says": says,
    }


@require_GET
def family(request: HttpRequest) -> HttpResponse:
    """Anybody asks for a home; nothing is kept."""
    form = FamilyForm(request.GET or None, initial={"country": settings.ISTHMUS.country})
    context: dict[str, object] = {
        "title": _("Solar power for your home"),
        "lead": _("Tick what you want to use. You see three systems, when they run short and their price."),
        "form": form,
    }
    if form.is_bound and form.is_valid():
        wait = QUESTIONS.take(caller_of(request))
        if wait:
            raise TooManyRequests(wait)
        try:
            context |= _answered(form)
        except BadInput as error:
            form.add_error(None, str(error))
    return render(request, "solar/family.html", context)
