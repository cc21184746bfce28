"""Flows in words: what a flow shows, its lines, its unit and its steps."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from isthmus.apps.excise.assessment.rules.flows import REST, Flow
from isthmus.apps.excise.assessment.wording.counters import unit_word

TITLES = {
    "stamps": _("Stamps by act and month"),
    "movements": _("Movements with %(partner)s, by month of dispatch"),
    "movements-home": _("Movements within the country, by month of dispatch"),
    "permits": _("Import permits decided, by month"),
    "draws": _("Pure alcohol drawn from quotas, by month"),
    "duty": _("Duty declared and paid, by month"),
    "duty-groups": _("Duty by product group and month"),
    "scans": _("Passages at gates a day"),
    "checks": _("Stamps checked for the first time, a day"),
    "events": _("Events of goods captured a day"),
}
LINES = {
    "stamps.issue": _("Issued"),
    "stamps.activate": _("Put on containers"),
    "stamps.sell": _("Sold"),
    "stamps.spoil": _("Spoiled"),
    "stamps.destroy": _("Destroyed"),
    "stamps.lose": _("Lost"),
    "movements.sent": _("Sent"),
    "movements.received": _("Received"),
    "movements.closed": _("Ended"),
    "movements.unmatched": _("One side is silent"),
    "movements-home.sent": _("Sent"),
    "movements-home.closed": _("Ended"),
    "permits.approved": _("Approved"),
    "permits.refused": _("Refused"),
    "draws.clearance": _("Import clearance"),
    "draws.ex-bond": _("Release from bond"),
    "duty.declared": _("Declared"),
    "duty.paid": _("Paid"),
    "scans.passed": _("Passed"),
    "scans.stopped": _("Stopped"),
    "checks.first": _("Stamps"),
    "events.events": _("Events"),
}


def title(flow: Flow) -> str:
    """What the flow shows."""
    words = gettext(TITLES[flow.key])
    return words % {"partner": flow.about} if flow.about else words


def line_name(flow: Flow, key: str) -> str:
    """One line of a flow; product groups are named by their tariff."""
    if key == REST:
        return gettext("Others")
    words = LINES.get(f"{flow.key}.{key}")
    return key if words is None else gettext(words)


def step_name(flow: Flow) -> str:
    """What a step is."""
    return gettext("Day") if flow.by_day else gettext("Month")


def step_text(flow: Flow, step: date) -> str:
    """A step as people write it: 3 Nov, or Nov 2026."""
    return date_format(step, "j M Y" if flow.by_day else "M Y")


def unit(flow: Flow) -> str:
    """The unit of the flow's values."""
    return unit_word(flow.unit)
