"""Finding country plans, and what is asked about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from isthmus.accounts.policy import Actor, visible
from isthmus.apps.workshops.nominations.models import Nomination
from isthmus.apps.workshops.plans.house import VIEW
from isthmus.apps.workshops.plans.models import CountryPlan, HeldAnswer, HeldPlan, PlanAnswer
from isthmus.apps.workshops.plans.rules.asking import Asking, asked_now, askings
from isthmus.apps.workshops.programme.models import Workshop
from isthmus.kit import clock

_MOST_ASKED = 500


def plans_for(actor: Actor) -> QuerySet[CountryPlan]:
    """The plans of the actor's organisations; of the whole country for the focal point."""
    rows = CountryPlan.objects.select_related("nomination__call", "organisation")
    return visible(actor, VIEW, rows.prefetch_related("answers"))


def held_for(actor: Actor) -> QuerySet[HeldPlan]:
    """The plans that arrived about workshops of the actor's organisations."""
    rows = HeldPlan.objects.select_related("nominee__invitation__workshop__programme__organisation")
    return visible(actor, VIEW, rows.prefetch_related("answers"))


def held_of(workshop: Workshop) -> QuerySet[HeldPlan]:
    """The plans of a workshop by country."""
    rows = HeldPlan.objects.filter(nominee__invitation__workshop=workshop)
    rows = rows.select_related("nominee__invitation__workshop").prefetch_related("answers")
    return rows.order_by("nominee__invitation__country", "nominee__invitation__partner", "pk")


def _askings(ends: date, answers: "Iterable[PlanAnswer | HeldAnswer]") -> tuple[Asking, ...]:
    return askings(ends, clock.now().date(), {one.months for one in answers})


def asked_of(row: CountryPlan) -> tuple[Asking, ...]:
    """Every question about a plan of this country; none before it was sent."""
    if row.sent_at is None:
        return ()
    return _askings(row.nomination.call.ends, row.answers.all())


def asked_of_held(row: HeldPlan) -> tuple[Asking, ...]:
    """Every question about a plan that arrived."""
    return _askings(row.nominee.invitation.workshop.ends, row.answers.all())


@dataclass(frozen=True, slots=True)
class Due:
    """A plan that is asked about, and the question."""

    plan: CountryPlan
    asking: Asking


def due_of(rows: QuerySet[CountryPlan]) -> list[Due]:
    """Those of these plans that wait for an answer, the longest first; at most 500."""
    over = rows.exclude(sent_at=None).filter(nomination__call__ends__lte=clock.now().date())
    found = []
    for row in over.order_by("nomination__call__ends", "pk")[:_MOST_ASKED]:
        asking = asked_now(asked_of(row))
        if asking is not None:
            found.append(Due(row, asking))
    return sorted(found, key=lambda one: (one.asking.since, one.plan.pk))


def plan_of(nomination: Nomination) -> CountryPlan | None:
    """The plan of a delegate, or None."""
    rows = CountryPlan.objects.filter(nomination=nomination)
    return rows.select_related("nomination__call", "organisation").prefetch_related("answers").first()
