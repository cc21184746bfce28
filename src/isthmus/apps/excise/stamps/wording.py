"""Places, verdicts and faults of stamps in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from isthmus.apps.excise.stamps.rules.custody import Act, Place
from isthmus.apps.excise.stamps.rules.verdicts import Verdict

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
