"""What the registry says to people: verdicts, states, and what happened to an operator."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.excise.registry.models import Authorisation, Operator, OperatorState, RegistryChange
from isthmus.apps.excise.registry.queries import Judged, Verdict, standing_of
from isthmus.ui.components import State, StateKind
from isthmus.ui.formats import day_text as written_day

_KINDS: dict[Verdict, StateKind] = {
    Verdict.AUTHORISED: "ok",
    Verdict.SUSPENDED: "warn",
    Verdict.REVOKED: "bad",
    Verdict.ENDED: "off",
    Verdict.NOT_YET: "wait",
    Verdict.OTHER_PRODUCT: "bad",
    Verdict.NONE: "bad",
}
_STATES = {
    Verdict.AUTHORISED: gettext_lazy("In force"),
    Verdict.SUSPENDED: gettext_lazy("Suspended"),
    Verdict.REVOKED: gettext_lazy("Revoked"),
    Verdict.ENDED: gettext_lazy("Expired"),
    Verdict.NOT_YET: gettext_lazy("Not yet in force"),
}
_WHY = {
    Verdict.AUTHORISED: gettext_lazy("The authorisation covers the product and is in force on that day."),
    Verdict.SUSPENDED: gettext_lazy("The authorisation is suspended on that day."),
    Verdict.REVOKED: gettext_lazy("The authorisation was revoked by that day."),
    Verdict.ENDED: gettext_lazy("The authorisation had ended by that day."),
    Verdict.NOT_YET: gettext_lazy("The authorisation is not in force yet on that day."),
    Verdict.OTHER_PRODUCT: gettext_lazy("Its authorisations are for other products."),
    Verdict.NONE: gettext_lazy("It has no authorisation."),
}
CHANGES = {
    "operator-registered": gettext_lazy("Registered"),
    "operator-amended": gettext_lazy("Amended"),
    "operator-retired": gettext_lazy("Retired"),
    "warehouse-opened": gettext_lazy("Warehouse opened"),
    "warehouse-closed": gettext_lazy("Warehouse closed"),
    "product-entered": gettext_lazy("Product entered"),
    "product-amended": gettext_lazy("Product amended"),
    "product-withdrawn": gettext_lazy("Product withdrawn"),
    "authorisation-granted": gettext_lazy("Authorisation granted"),
    "authorisation-suspended": gettext_lazy("Authorisation suspended"),
    "suspension-lifted": gettext_lazy("Suspension lifted"),
    "authorisation-revoked": gettext_lazy("Authorisation revoked"),
}
_FIELDS = {
    "name": gettext_lazy("Name"),
    "tax_number": gettext_lazy("Tax number"),
    "kind": gettext_lazy("Kind"),
    "address": gettext_lazy("Address"),
    "brand": gettext_lazy("Brand"),
    "excise_code": gettext_lazy("Excise product code"),
    "hs_code": gettext_lazy("HS code"),
    "abv_thousandths": gettext_lazy("Strength, thousandths of a per cent"),
    "volume_ml": gettext_lazy("Volume of one container, in ml"),
    "container": gettext_lazy("Container"),
}


def state_of(operator: Operator) -> State:
    """Whether an operator stands in the registry."""
    retired = operator.state == OperatorState.RETIRED
    return State("off" if retired else "ok", operator.get_state_display())


def authorisation_state(row: Authorisation, on: date) -> State:
    """How an authorisation stands on a day."""
    verdict = standing_of(row).state_on(on)
    return State(_KINDS[verdict], _STATES[verdict])


def authorisation_why(row: Authorisation, on: date) -> str:
    """The reason and the days behind the state of an authorisation; empty where it simply is in force."""
    if row.revoked_on is not None:
        return _("From %(day)s: %(why)s") % {"day": written_day(row.revoked_on), "why": row.revoked_why}
    held = [one for one in row.suspensions.all() if one.until is None or one.until >= on]
    if not held:
        return ""
    one = held[0]
    since = written_day(one.since)
    if one.until is None:
        return _("Suspended from %(since)s: %(why)s") % {"since": since, "why": one.why}
    return _("Suspended from %(since)s to %(until)s: %(why)s") % {
        "since": since,
        "until": written_day(one.until),
        "why": one.why,
    }


def verdict_kind(judged: Judged | None) -> StateKind:
    """The shape of a verdict."""
    return "warn" if judged is None else _KINDS[judged.verdict]


def verdict_words(judged: Judged | None) -> str:
    """Yes or no, or that it was not stated."""
    if judged is None:
        return _("Not stated")
    return _("Yes, authorised") if judged.authorised else _("No, not authorised")


def why(judged: Judged) -> str:
    """What a verdict rests on."""
    text = str(_WHY[judged.verdict])
    return f"{text} ({judged.number})" if judged.number else text


def change_words(row: RegistryChange) -> str:
    """What was done, and from what to what."""
    text = str(CHANGES.get(row.what, row.what))
    parts = [
        f"{_FIELDS.get(name, name)}: {row.before[name]} → {row.after.get(name, '')}" for name in row.before
    ]
    return f"{text} ({'; '.join(parts)})" if parts else text
