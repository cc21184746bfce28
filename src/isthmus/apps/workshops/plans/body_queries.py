"""Rows of country plans as the bodies of records."""

from typing import Any

from isthmus.apps.workshops.plans.models import CountryPlan, PlanAnswer
from isthmus.apps.workshops.plans.records import CountryPlanProgressV1, CountryPlanV1
from isthmus.kit import clock

PLAN, ANSWER = "workshops.country-plan/1", "workshops.country-plan-progress/1"
TYPES = (PLAN, ANSWER)


def plan_of(row: CountryPlan) -> CountryPlanV1:
    """A plan that the focal point lets go."""
    assert row.sent_at is not None, "the focal point lets it go"
    return CountryPlanV1.model_validate(
        {
            "workshop": row.nomination.call.number,
            "plan": row.reference,
            "nomination": row.nomination.reference,
            "version": row.version,
            "at": clock.to_text(row.sent_at),
            "language": row.language,
            "title": row.title,
            "problem": row.problem or None,
            "example": row.example or None,
            "steps": row.steps or None,
            "partner": row.partner or None,
            "figures": row.figures or None,
        }
    )


def answer_of(row: PlanAnswer) -> CountryPlanProgressV1:
    """An answer that the focal point lets go."""
    assert row.sent_at is not None, "the focal point lets it go"
    return CountryPlanProgressV1.model_validate(
        {
            "workshop": row.plan.nomination.call.number,
            "plan": row.plan.reference,
            "months": row.months,
            "at": clock.to_text(row.sent_at),
            "on": row.on.isoformat(),
            "says": row.says,
            "text": row.text or None,
        }
    )


def plain(body: CountryPlanV1) -> dict[str, Any]:
    """A plan as JSON, without what is not given."""
    return body.model_dump(mode="json", exclude_none=True)
