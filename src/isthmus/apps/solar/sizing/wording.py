"""What a family reads about its designs, in its own words."""

import math
from typing import TYPE_CHECKING

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from isthmus.apps.solar.engine.rules.peaks import Peak

TITLES = {
    "basic": gettext_lazy("Basic"),
    "good": gettext_lazy("Good"),
    "best": gettext_lazy("Best"),
}
_NAMED = 3
_WH_STEP = 10
_TIERS = (
    gettext_lazy("less than light for an evening"),
    gettext_lazy("light and a telephone"),
    gettext_lazy("light, television and a fan"),
    gettext_lazy("larger appliances for some hours"),
    gettext_lazy("large appliances through most of the day"),
    gettext_lazy("everything, day and night"),
)
_HOLDS_BACK = {
    "power": gettext_lazy("what is on at once"),
    "energy": gettext_lazy("what is used on a day"),
    "hours": gettext_lazy("the hours with power on a day"),
    "evening": gettext_lazy("the hours with power in the evening"),
    "reliability": gettext_lazy("how often it stops"),
}


def tier_words(tier: int, holds_back: str) -> str:
    """A tier of access in words, and what keeps the design from the next one."""
    words = _("%(tier)d of 5: %(means)s") % {"tier": tier, "means": _TIERS[tier]}
    if not holds_back:
        return words
    return _("%(tier)s; the next needs more of: %(what)s") % {
        "tier": words,
        "what": _HOLDS_BACK[holds_back],
    }


def peak_words(peak: "Peak | None") -> str:
    """What to mind where a battery does not give all that may be on at once; empty where it does."""
    if peak is None or peak.is_carried:
        return ""
    return _(
        "All at once takes %(asks)d W and the battery gives %(gives)d W: do not use all of it together, "
        "or take a battery of %(least)d Wh."
    ) % {
        "asks": math.ceil(peak.asks_w),
        "gives": math.floor(peak.gives_w),
        "least": math.ceil(peak.least_wh / _WH_STEP) * _WH_STEP,
    }


def months_words(months: tuple[int, ...]) -> str:
    """The months in which a system runs short, the worst first; of many, the three worst."""
    if not months:
        return _("It runs short in no month worth naming.")
    names = ", ".join(str(MONTHS[month + 1]) for month in months[:_NAMED])
    if len(months) <= _NAMED:
        return _("It runs short in %(months)s.") % {"months": names}
    return _("It runs short in %(count)d months, most in %(months)s.") % {
        "count": len(months),
        "months": names,
    }
