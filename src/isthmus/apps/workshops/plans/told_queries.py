"""Country plans as programs read them: plain facts."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from isthmus.apps.workshops.plans import queries
from isthmus.apps.workshops.plans.models import CountryPlan, HeldAnswer, HeldPlan, PlanAnswer
from isthmus.apps.workshops.plans.rules.asking import Asking, asked_now

ARRIVED = "arrived"
Facts = dict[str, Any]


def _progress(askings: Iterable[Asking], answers: Iterable[PlanAnswer | HeldAnswer]) -> Facts:
    said = {one.months: str(one.says) for one in answers}
    asking = asked_now(tuple(askings))
    return {
        "asked_after": asking.months if asking is not None else None,
        "after_6": said.get(6),
        "after_12": said.get(12),
    }


def own(row: CountryPlan) -> Facts:
    """A plan of this country: how far it is on its way out, and what was told about it."""
    return {
        "reference": row.reference,
        "workshop": row.nomination.call.number,
        "country": settings.ISTHMUS.country,
        "title": row.title,
        "version": row.version,
        "state": str(row.state),
        "at": row.sent_at,
        **_progress(queries.asked_of(row), row.answers.all()),
    }


def held(row: HeldPlan) -> Facts:
    """A plan that arrived, and what was told about it."""
    invitation = row.nominee.invitation
    return {
        "reference": row.reference,
        "workshop": invitation.workshop.number,
        "country": invitation.country,
        "title": row.title,
        "version": row.version,
        "state": ARRIVED,
        "at": row.arrived_at,
        **_progress(queries.asked_of_held(row), row.answers.all()),
    }


def all_of(number: str = "") -> list[Facts]:
    """Every plan of this node's own shell: those written here, then those that arrived; of one workshop
    where its number is given.
    """
    mine = CountryPlan.objects.select_related("nomination__call").prefetch_related("answers").order_by("pk")
    theirs = HeldPlan.objects.select_related("nominee__invitation__workshop").prefetch_related("answers")
    if number:
        mine = mine.filter(nomination__call__number=number)
        theirs = theirs.filter(nominee__invitation__workshop__number=number)
    return [*map(own, mine), *map(held, theirs.order_by("pk"))]
