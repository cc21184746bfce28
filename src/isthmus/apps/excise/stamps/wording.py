"""Places, verdicts and faults of stamps in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from isthmus.apps.excise.stamps.models import StampIndication
from isthmus.apps.excise.stamps.rules.custody import Act, Place
from isthmus.apps.excise.stamps.rules.verdicts import Verdict
from isthmus.kit import clock
from isthmus.ui.components import Amount, Fact

PLACES: dict[Place, str | Promise] = {
    Place.ISSUED: gettext_lazy("Not printed yet"),
    Place.STOCK: gettext_lazy("In stock"),
    Place.TRANSIT: gettext_lazy("In transit"),
    Place.ACTIVATED: gettext_lazy("Activated"),
    Place.SOLD: gettext_lazy("Sold"),
    Place.SPOILED: gettext_lazy("Spoiled"),
    Place.CANCELLED: gettext_lazy("Cancelled"),
    Place.DESTROYED: gettext_lazy("Destroyed"),
    Place.LOST: gettext_lazy("Lost"),
    Place.ABROAD: gettext_lazy("Abroad"),
}
ACTS: dict[Act, str | Promise] = {
    Act.ISSUE: gettext_lazy("Issue"),
    Act.PRINT: gettext_lazy("Note as printed"),
    Act.HAND_OVER: gettext_lazy("Hand over"),
    Act.RECEIVE: gettext_lazy("Confirm receipt"),
    Act.TAKE_BACK: gettext_lazy("Take back"),
    Act.ACTIVATE: gettext_lazy("Activate"),
    Act.SELL: gettext_lazy("Note as sold"),
    Act.SPOIL: gettext_lazy("Note as spoiled"),
    Act.CANCEL: gettext_lazy("Cancel"),
    Act.DESTROY: gettext_lazy("Note as destroyed"),
    Act.LOSE: gettext_lazy("Note as lost"),
    Act.FIND: gettext_lazy("Note as found again"),
    Act.LEAVE: gettext_lazy("Hand over abroad"),
    Act.ARRIVE: gettext_lazy("Take in from abroad"),
    Act.RETURN: gettext_lazy("Take back from abroad"),
}


def headline(verdict: Verdict) -> str:
    """The answer in one line."""
    return {
        Verdict.IN_ORDER: _("This number was issued and activated."),
        Verdict.NOT_ACTIVE: _("This number is not in use yet."),
        Verdict.WITHDRAWN: _("This number was withdrawn."),
        Verdict.UNKNOWN_SERIAL: _("This number was never issued."),
        Verdict.FORGED: _("This code is forged."),
        Verdict.UNKNOWN_KEY: _("This code names a key that does not exist."),
        Verdict.UNPROVEN: _("This code cannot be checked here."),
        Verdict.NO_CODE: _("This is no code of a tax stamp."),
    }[verdict]


def meaning(verdict: Verdict) -> str:
    """What the answer means and what to do."""
    return {
        Verdict.IN_ORDER: _(
            "A copy of the stamp gives the same answer. Compare the product with the bottle."
        ),
        Verdict.NOT_ACTIVE: _("A bottle on sale must not carry it. Tell the tax administration."),
        Verdict.WITHDRAWN: _("A bottle on sale must not carry it. Tell the tax administration."),
        Verdict.UNKNOWN_SERIAL: _("Tell the tax administration where you saw it."),
        Verdict.FORGED: _("Its check does not fit its number. Tell the tax administration where you saw it."),
        Verdict.UNKNOWN_KEY: _("Tell the tax administration where you saw it."),
        Verdict.UNPROVEN: _("It carries nothing that could be checked. Type all signs beside the symbol."),
        Verdict.NO_CODE: _("Scan the symbol again, or type the signs beside it."),
    }[verdict]


def kind_of_notice(verdict: Verdict) -> str:
    """How the answer is shown: a kind of ``notice``."""
    if verdict is Verdict.IN_ORDER:
        return "info"
    return "warn" if verdict in (Verdict.UNPROVEN, Verdict.NO_CODE) else "bad"


def seen(count: int) -> str:
    """How often a number was looked up before."""
    if not count:
        return _("Never checked before")
    return ngettext("Checked %(count)d time before", "Checked %(count)d times before", count) % {
        "count": count
    }


EVIDENCE: dict[str, str | Promise] = {
    "activated": gettext_lazy("Stamps activated"),
    "produced": gettext_lazy("Bottles produced or declared"),
    "missing": gettext_lazy("Stamps without a bottle"),
    "place_before": gettext_lazy("Seen first at"),
    "time_before": gettext_lazy("Then"),
    "place": gettext_lazy("Seen again at"),
    "time": gettext_lazy("At that time"),
    "distance_km": gettext_lazy("Distance (km)"),
    "minutes": gettext_lazy("Time between (minutes)"),
    "least_speed_kmh": gettext_lazy("Least speed of such a journey (km/h)"),
    "speed_kmh": gettext_lazy("Speed allowed for (km/h)"),
    "clock_error_s": gettext_lazy("Error of both clocks allowed for (seconds)"),
    "place_error_km": gettext_lazy("Error of places allowed for (km)"),
}
"""What the evidence of an indication is called, in the order in which it is shown."""


def evidence_facts(evidence: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The evidence of an indication as it is shown."""
    facts = []
    for name, label in EVIDENCE.items():
        value = evidence.get(name)
        if value is not None:
            shown = clock.from_text(value) if name.startswith("time") else value
            facts.append(Fact(str(label), Amount(shown) if isinstance(shown, int | float) else shown))
    return tuple(facts)


def reason_of(row: StampIndication) -> str:
    """Why an indication was made, in one sentence."""
    sentences = {
        "travel": _("The same serial was at two places between which goods do not travel in that time."),
        "back": _("The same serial was here, elsewhere, and here again; a bottle at each place does so."),
        "unmade": _("The serial was seen before its bottle was produced, or none is known to be produced."),
        "unproduced": _("By that moment more stamps were activated than bottles are known to be produced."),
    }
    return sentences[row.kind]
