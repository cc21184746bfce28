"""Stages, roles, gates, grades and fits in words."""

from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.projects.models import Stage, Topic
from isthmus.apps.projects.rules.gates import Gate, Signature, Standing
from isthmus.apps.projects.rules.passing import Hindrance
from isthmus.apps.projects.rules.work import TaskState
from isthmus.exchange import registry
from isthmus.ui.components import Link, State, StateKind

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    Words = dict[str, _StrOrPromise]

_STAGES: Final[dict[str, StateKind]] = {
    Stage.TOPIC: "wait",
    Stage.INTEREST: "wait",
    Stage.GROUP: "ok",
    Stage.PILOT: "ok",
    Stage.REAL: "ok",
    Stage.CLOSED: "off",
}
ROLES: Final["Words"] = {
    "host": gettext_lazy("Hosts a pilot"),
    "know-how": gettext_lazy("Gives know-how"),
    "funds": gettext_lazy("Funds"),
    "supplier": gettext_lazy("Supplies"),
    "observer": gettext_lazy("Observes"),
}
GATES: Final["Words"] = {
    "group": gettext_lazy("Working group"),
    "pilot": gettext_lazy("Pilot"),
    "result": gettext_lazy("Result"),
}
PARTS: Final["Words"] = {
    "text": gettext_lazy("Text"),
    "budget": gettext_lazy("Budget"),
    "currency": gettext_lazy("Currency"),
    "indicator": gettext_lazy("Indicator"),
    "unit": gettext_lazy("Unit of the indicator"),
    "baseline": gettext_lazy("Baseline"),
    "target": gettext_lazy("Target"),
    "measured": gettext_lazy("Measured"),
    "ends": gettext_lazy("End of the pilot"),
    "exit": gettext_lazy("Exit"),
    "project": gettext_lazy("Real project"),
}
FIELDS: Final["Words"] = {
    "title": gettext_lazy("Title"),
    "text": gettext_lazy("In words"),
    "source": gettext_lazy("Source"),
    "grade": gettext_lazy("Grade of evidence"),
    "country": gettext_lazy("Country"),
    "aspect": gettext_lazy("Aspect"),
    "fit": gettext_lazy("Fit"),
    "due": gettext_lazy("Due"),
    "about": gettext_lazy("About"),
}
GRADES: Final["Words"] = {
    "claim": gettext_lazy("Claim"),
    "document": gettext_lazy("Document"),
    "demonstration": gettext_lazy("Demonstration"),
    "result": gettext_lazy("Measured result"),
}
ASPECTS: Final["Words"] = {
    "law": gettext_lazy("Law"),
    "infrastructure": gettext_lazy("Infrastructure"),
    "language": gettext_lazy("Language"),
    "power": gettext_lazy("Power"),
    "demand": gettext_lazy("Demand"),
}
FITS: Final[dict[str, tuple[StateKind, "_StrOrPromise"]]] = {
    "fits": ("ok", gettext_lazy("Fits")),
    "with-work": ("warn", gettext_lazy("Fits with work")),
    "hinders": ("bad", gettext_lazy("Hinders")),
}
_TASKS: Final[dict[TaskState, tuple[StateKind, "_StrOrPromise"]]] = {
    TaskState.DONE: ("ok", gettext_lazy("Done")),
    TaskState.OVERDUE: ("bad", gettext_lazy("Overdue")),
    TaskState.OPEN: ("wait", gettext_lazy("Open")),
}
_NOT_COUNTED: Final[dict[Standing, "_StrOrPromise"]] = {
    Standing.OTHER_TEXT: gettext_lazy("it is for another text"),
    Standing.LEFT: gettext_lazy("it has left the topic"),
    Standing.SUSPENDED: gettext_lazy("its node is suspended"),
    Standing.NO_COUNTRY: gettext_lazy("its node belongs to no country"),
}
_HINDRANCES: Final[dict[Hindrance, "_StrOrPromise"]] = {
    Hindrance.SUSPENDED: gettext_lazy("the partner is suspended"),
    Hindrance.NOT_AGREED: gettext_lazy("no agreement in force lets it go"),
    Hindrance.NOT_PASSED_ON: gettext_lazy("its giver's agreement does not let it be passed on"),
    Hindrance.FILE_MISSING: gettext_lazy("a file is still on its way here"),
}


def stage_state(topic: Topic) -> State:
    """The stage of a topic."""
    return State(_STAGES[topic.stage], topic.get_stage_display())


def gate_state(gate: Gate) -> State:
    """How far a gate is."""
    if gate.opened_at is not None:
        return State("ok", _("Open"))
    if gate.dropped_at is not None:
        return State("off", _("Dropped"))
    return State("wait", _("Waits for signatures"))


def standing_state(stands: Standing) -> State | tuple[State, str]:
    """How a signature stands, with the reason where it does not count."""
    if stands is Standing.COUNTS:
        return State("ok", _("Counts"))
    return State("off", _("Does not count")), str(_NOT_COUNTED[stands])


def why_not(signature: Signature, stands: Standing) -> str:
    """Why a signature does not count; empty where it does."""
    if stands is Standing.COUNTS:
        return ""
    return _("%(country)s has signed, but %(why)s.") % {
        "country": signature.country or signature.node,
        "why": _NOT_COUNTED[stands],
    }


def task_state(state: TaskState) -> State:
    """How a task stands."""
    return State(*_TASKS[state])


def hindrance(found: Hindrance | None) -> str:
    """Why somebody was not told yet; empty where it is on its way."""
    return "" if found is None else str(_HINDRANCES[found])


def application_link(name: str) -> Link | None:
    """The application that makes a topic real, and its first page; None where this node has none."""
    found = next((one for one in registry.applications() if one.name == name and one.front), None)
    if found is None:
        return None
    return Link(found.title, reverse(found.front))
