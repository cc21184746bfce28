"""The page that sizes a family's system: three designs, and how often each runs short."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.solar.sizing.forms import SizeForm
from isthmus.apps.solar.sizing.house import VIEW
from isthmus.apps.solar.sizing.wording import TITLES
from isthmus.kit.errors import BadInput
from isthmus.ui.components import Fact

if TYPE_CHECKING:
    from isthmus.apps.solar.sizing.analytics import Design


@dataclass(frozen=True, slots=True)
class _Shown:
    """A design as the page shows it."""

    title: str
    lead: str
    facts: tuple[Fact, ...]


def _percent(share: float) -> str:
    return _("%(share)s %%") % {"share": number_format(round(share * 100, 2), 2)}


def _shown(name: str, design: "Design") -> _Shown:
    facts = (
        Fact(_("Panel"), _("%(wp)d Wp") % {"wp": design.wp}),
        Fact(_("Battery, on its label"), _("%(wh)d Wh") % {"wh": design.battery_wh}),
        Fact(
            _("In nine years of ten"),
            _("%(low)s to %(high)s not met") % {"low": _percent(design.low), "high": _percent(design.high)},
        ),
        Fact(_("Longest time without power"), _("%(hours)d hours") % {"hours": design.longest_dark_hours}),
        Fact(_("Batteries in 20 years"), number_format(round(design.batteries), 0)),
        Fact(
            _("Price, new"),
            f"{number_format(design.price, 2, force_grouping=True)} {design.currency}",
        ),
    )
    lead = _("%(share)s of the use is not met.") % {"share": _percent(design.by_energy)}
    return _Shown(str(TITLES[name]), lead, facts)


def _answered(asked: dict[str, Any]) -> tuple[tuple[_Shown, ...], tuple[str, ...]]:
    """The designs for a question, and what belongs beside them; BadInput where there are none."""
    from isthmus.apps.solar.engine.rules.battery import CHEMISTRIES
    from isthmus.apps.solar.engine.rules.panel import Panel
    from isthmus.apps.solar.loads.queries import load_of
    from isthmus.apps.solar.sizing import queries
    from isthmus.apps.solar.sizing.analytics import hours_of, size_each
    from isthmus.apps.solar.sizing.rules.usual import TARGETS, usual_tilt
    from isthmus.apps.solar.weather.queries import weather_at

    weather = weather_at(asked["lat"], asked["lon"], usual_tilt(asked["lat"]), air_c=asked["air_c"])
    hours = hours_of(weather, load_of(asked["wh_per_day"], len(weather.light)), Panel())
    designs = size_each(hours, CHEMISTRIES[asked["battery"]], queries.prices(), TARGETS)
    prices = _("Prices are planning figures and not confirmed; freight, duty and tax come on top.")
    return tuple(_shown(name, design) for name, design in designs.items()), (*weather.says, prices)


def _more(form: SizeForm) -> str:
    """The same question to the planner's page."""
    asked = {name: form.data.get(name, "") for name in ("lat", "lon", "air_c", "wh_per_day", "battery")}
    return urlencode({**asked, "shape": "evening", "llp": "0.03"})


@require_GET
@authorised(VIEW)
def size(request: ActorRequest) -> HttpResponse:
    """Size a system for a place and a day's use; nothing is kept."""
    form = SizeForm(request.GET if "lat" in request.GET else None)
    shown: tuple[_Shown, ...] = ()
    says: tuple[str, ...] = ()
    if form.is_bound and form.is_valid():
        try:
            shown, says = _answered(form.cleaned_data)
        except BadInput as error:
            form.add_error(None, str(error))
    context = {
        "title": _("Size a system"),
        "lead": _("Which panel and battery a family needs, and how often they run short. Nothing is kept."),
        "form": form,
        "shown": shown,
        "says": says,
        "more": _more(form) if shown else "",
    }
    return render(request, "solar/size.html", context)
