"""Country plans in words and columns."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.workshops.plans import queries
from isthmus.apps.workshops.plans.models import CountryPlan, HeldAnswer, HeldPlan, HowFar, PlanAnswer
from isthmus.apps.workshops.plans.queries import Due
from isthmus.apps.workshops.plans.rules.asking import Asking, Standing, asked_now
from isthmus.ui.components import Fact, State, StateKind, Tile
from isthmus.ui.formats import day_text
from isthmus.ui.table import Column, Table, tabulate

_STATES: dict[str, StateKind] = {
    CountryPlan.State.DRAFT: "wait",
    CountryPlan.State.HANDED_IN: "warn",
    CountryPlan.State.SENT: "ok",
}
_HOW_FAR: dict[str, StateKind] = {
    HowFar.NOT_BEGUN: "warn",
    HowFar.UNDER_WAY: "wait",
    HowFar.DONE: "ok",
    HowFar.DROPPED: "off",
}


def plan_state(row: CountryPlan) -> State:
    """How far a plan is on its way out."""
    return State(_STATES[row.state], row.get_state_display())


def answer_state(row: PlanAnswer | HeldAnswer) -> State:
    """What was answered."""
    return State(_HOW_FAR[row.says], row.get_says_display())


def asked_words(asking: Asking) -> str:
    """The question, as a person reads it."""
    return _("After %(months)d months, since %(day)s") % {
        "months": asking.months,
        "day": day_text(asking.since),
    }


def asking_state(asking: Asking, answers: Sequence[PlanAnswer | HeldAnswer]) -> State:
    """How a question stands, with its answer."""
    if asking.standing is Standing.ANSWERED:
        return answer_state(next(one for one in answers if one.months == asking.months))
    if asking.standing is Standing.LATER:
        return State("off", _("From %(day)s") % {"day": day_text(asking.since)})
    if asking.standing is Standing.ASKED:
        return State("warn", _("Asked since %(day)s") % {"day": day_text(asking.since)})
    return State("off", _("Not told"))


def _asked(row: CountryPlan) -> State | None:
    asking = asked_now(queries.asked_of(row))
    return None if asking is None else State("warn", _("After %(months)d months") % {"months": asking.months})


def _at(months: int) -> Any:  # noqa: ANN401  what a column shows
    def shown(row: HeldPlan) -> State:
        asking = next(one for one in queries.asked_of_held(row) if one.months == months)
        return asking_state(asking, list(row.answers.all()))

    return shown


PLANS: tuple[Column[CountryPlan], ...] = (
    Column(
        "title", gettext_lazy("Plan"), "title", "link", sort="title",
        url=lambda row: reverse("workshops:plan", args=[row.pk]),
    ),
    Column("delegate", gettext_lazy("Delegate"), "nomination.name"),
    Column("workshop", gettext_lazy("Workshop"), "nomination.call.title"),
    Column("state", gettext_lazy("State"), plan_state, "state", sort="state"),
    Column("asked", gettext_lazy("Asked about"), _asked, "state"),
    Column("sent", gettext_lazy("Sent"), "sent_at", "date", sort="sent_at"),
)  # fmt: skip
DUE: tuple[Column[Due], ...] = (
    Column(
        "title", gettext_lazy("Plan"), lambda one: one.plan.title, "link",
        url=lambda one: reverse("workshops:plan-answer", args=[one.plan.pk, one.asking.months]),
    ),
    Column("delegate", gettext_lazy("Delegate"), lambda one: one.plan.nomination.name),
    Column("workshop", gettext_lazy("Workshop"), lambda one: one.plan.nomination.call.title),
    Column("months", gettext_lazy("Asked after, in months"), lambda one: one.asking.months, "number"),
    Column("since", gettext_lazy("Asked since"), lambda one: one.asking.since, "date"),
)  # fmt: skip
HELD: tuple[Column[HeldPlan], ...] = (
    Column(
        "title", gettext_lazy("Plan"), "title", "link", sort="title",
        url=lambda row: reverse("workshops:held-plan", args=[row.pk]),
    ),
    Column(
        "country", gettext_lazy("Country"),
        lambda row: Tile((row.nominee.invitation.country or row.nominee.invitation.partner).upper()),
    ),
    Column("delegate", gettext_lazy("Delegate"), "nominee.name"),
    Column("version", gettext_lazy("Version"), "version", "number"),
    Column("six", gettext_lazy("After 6 months"), _at(6), "state"),
    Column("twelve", gettext_lazy("After 12 months"), _at(12), "state"),
)  # fmt: skip


def _day(step: Mapping[str, str]) -> date | None:
    return date.fromisoformat(step["by"]) if step.get("by") else None


_STEPS: tuple[Column[Mapping[str, str]], ...] = (
    Column("what", gettext_lazy("Step"), lambda step: step["what"]),
    Column("by", gettext_lazy("By"), _day, "date"),
)
_FIGURES: tuple[Column[Mapping[str, str]], ...] = (
    Column("name", gettext_lazy("Figure"), lambda one: one["name"]),
    Column("amount", gettext_lazy("Amount"), lambda one: Decimal(one["amount"]), "number"),
    Column("unit", gettext_lazy("Unit"), lambda one: one.get("unit")),
)


def own_words(row: CountryPlan) -> dict[str, Any]:
    """What a plan of this country says, by the names that its record uses."""
    names = ("problem", "example", "partner", "steps", "figures")
    return {name: getattr(row, name) for name in names}


def told(words: Mapping[str, Any]) -> tuple[Fact, ...]:
    """What a plan says, as facts."""
    facts = (
        Fact(_("Problem"), words.get("problem") or None),
        Fact(_("Example seen"), words.get("example") or None),
        Fact(_("Partner sought"), words.get("partner") or None),
    )
    return tuple(one for one in facts if one.value is not None)


def tables(words: Mapping[str, Any]) -> dict[str, Table | None]:
    """The steps and figures of a plan."""
    steps, figures = words.get("steps") or (), words.get("figures") or ()
    return {
        "steps": tabulate(_STEPS, list(steps)) if steps else None,
        "figures": tabulate(_FIGURES, list(figures)) if figures else None,
    }


def questions(askings: Sequence[Asking], answers: Sequence[PlanAnswer | HeldAnswer]) -> list[dict[str, Any]]:
    """Every question about a plan: its words, how it stands, the answer to it."""
    by_months = {one.months: one for one in answers}
    return [
        {
            "asking": one,
            "words": _("After %(months)d months") % {"months": one.months},
            "state": asking_state(one, answers),
            "answer": by_months.get(one.months),
        }
        for one in askings
    ]
