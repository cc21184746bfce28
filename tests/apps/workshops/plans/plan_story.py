"""A delegate of this country who was accepted, and plans of a partner's delegate; sample data."""

from datetime import date, timedelta
from typing import Any

from isthmus.apps.workshops.models import Call, CountryPlan, Nomination, Workshop
from isthmus.apps.workshops.nominations.services import nominating
from isthmus.apps.workshops.plans import body_queries as bodies
from isthmus.apps.workshops.plans.services import writing
from isthmus.kit import clock
from tests.apps.workshops.conftest import Office

OFFICER, APPROVER = "officer@node.test", "approver@node.test"
PLAN: dict[str, Any] = {
    "title": "One register of clinics",
    "problem": "Each province keeps its own list.",
    "example": "The registry of firms that we saw in Shanghai.",
    "steps": [{"what": "Merge two lists", "by": "2027-03-31"}, {"what": "Train clerks"}],
    "partner": "A country with a register of clinics",
    "figures": [{"name": "Clinics", "amount": "120", "unit": "clinics"}],
}


def accepted(office: Office, *, days: int = 0) -> Nomination:
    """A delegate of this country, accepted for a workshop that ended so many days ago."""
    row = nominating.approve(office.nomination(), actor=APPROVER)
    now = clock.now()
    Nomination.objects.update(state="accepted", answered_at=now)
    ends = now.date() - timedelta(days=days)
    Call.objects.update(starts=ends - timedelta(days=1), ends=ends)
    return Nomination.objects.select_related("call", "organisation").get(pk=row.pk)


def sent(office: Office, *, days: int = 0) -> CountryPlan:
    """The plan of such a delegate, which has crossed."""
    row = writing.write(accepted(office, days=days), dict(PLAN), actor=OFFICER)
    return writing.release(writing.hand_in(row, actor=OFFICER), actor=APPROVER)


def plan_body(workshop: Workshop, /, **changes: Any) -> dict[str, Any]:
    """A plan that the partner's delegate ``a`` wrote."""
    return {
        "workshop": workshop.number,
        "plan": "b" * 32,
        "nomination": "a" * 32,
        "version": 1,
        "at": "2026-11-01T10:00:00Z",
        "language": "en",
        **PLAN,
        **changes,
    }


def answer_body(workshop: Workshop, /, **changes: Any) -> dict[str, Any]:
    """What the partner told about that plan."""
    return {
        "workshop": workshop.number,
        "plan": "b" * 32,
        "months": 6,
        "at": "2026-11-02T10:00:00Z",
        "on": date(2026, 11, 2).isoformat(),
        "says": "under-way",
        "text": "Two lists are merged",
        **changes,
    }


def hear(office: Office, workshop: Workshop, /, **changes: Any) -> str:
    """Such a plan arrives; empty, or the code of its refusal."""
    return office.hear(bodies.PLAN, plan_body(workshop, **changes))


def hear_answer(office: Office, workshop: Workshop, /, **changes: Any) -> str:
    """Such an answer arrives; empty, or the code of its refusal."""
    return office.hear(bodies.ANSWER, answer_body(workshop, **changes))
