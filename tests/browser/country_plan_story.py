"""Plans of delegates in every state, here and at the secretariat; sample data."""

from datetime import timedelta
from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.workshops.delegates import services as delegates
from isthmus.apps.workshops.models import (
    Call,
    CountryPlan,
    DelegateLink,
    HeldAnswer,
    HeldPlan,
    Nomination,
    Nominee,
    PlanAnswer,
)
from isthmus.apps.workshops.plans import body_queries as bodies
from isthmus.kit import clock

OFFICER, APPROVER = "officer@node.test", "approver@node.test"
PLAN: dict[str, Any] = {
    "language": "en",
    "title": "Gesundheitseinrichtungsverzeichnis aller Provinzen (sample)",
    "problem": "Each province keeps its own list of clinics, and medicine is sent to places that are closed.",
    "example": "ရှန်ဟိုင်းတွင်တွေ့ခဲ့သော ကုမ္ပဏီများမှတ်ပုံတင်စနစ်",
    "steps": [
        {"what": "Merge the lists of two provinces", "by": "2027-03-31"},
        {"what": "Train forty clerks, and write down what they stumble over"},
    ],
    "partner": "A country that has one register of clinics for all provinces",
    "figures": [{"name": "Clinics in the register", "amount": "1200.5", "unit": "clinics"}],
}


def _delegate(call: Call, organisation: Organisation, sign: str, name: str) -> Nomination:
    now = clock.now()
    return Nomination.objects.create(
        call=call, organisation=organisation, reference=sign * 32, name=name, by=OFFICER,
        approved_by=APPROVER, sent_at=now, state="accepted", answered_at=now, leaf=sign * 64,
    )  # fmt: skip


def _link(delegate: Nomination) -> str:
    """A link of a form that was handed in long ago."""
    Call.objects.filter(pk=delegate.call_id).update(starts=clock.now().date() + timedelta(days=1))
    call = Call.objects.get(pk=delegate.call_id)
    link, secret = delegates.give_out(call, delegate.organisation, "The delegate", actor=OFFICER)
    DelegateLink.objects.filter(pk=link.pk).update(nomination=delegate)
    return secret


def tell(organisation: Organisation, nominee: Nominee) -> dict[str, Any]:
    """Write them; returns what the pages need."""
    now = clock.now()
    ended = now.date() - timedelta(days=190)
    call = Call.objects.create(
        partner="cn", number="CIFAL-2026-W1", title="Workshop on registers (sample)", starts=ended,
        ends=ended, until=now - timedelta(days=250), quota=3, body={}, leaf="9" * 64,
    )  # fmt: skip
    first = _delegate(call, organisation, "7", "ဒေါ်ခင်မျိုးဆွေ (sample)")
    second = _delegate(call, organisation, "8", "U Sample Aung")
    third = _delegate(call, organisation, "5", "Daw Sample Hla")
    made = {**PLAN, "organisation": organisation, "by": OFFICER}
    sent = {"state": "sent", "sent_at": now - timedelta(days=180), "released_by": APPROVER, "leaf": "7" * 64}
    plan = CountryPlan.objects.create(nomination=first, reference="7" * 32, **sent, **made)
    PlanAnswer.objects.create(
        plan=plan, months=6, says="under-way", text="Two lists are one", on=now.date(), by="delegate form 1"
    )
    waits = CountryPlan.objects.create(nomination=second, reference="8" * 32, state="handed-in", **made)
    asked = {**sent, "leaf": "5" * 64}
    CountryPlan.objects.create(nomination=third, reference="5" * 32, **asked, **made)
    fourth = _delegate(call, organisation, "4", "U Sample Min")
    CountryPlan.objects.create(nomination=fourth, reference="4" * 32, **made)
    links = {"ws_plan_link": _link(third), "ws_plan_form": _link(fourth)}
    Call.objects.filter(pk=call.pk).update(starts=ended)
    body = bodies.plain(bodies.plan_of(plan))
    held = HeldPlan.objects.create(
        nominee=nominee, reference="6" * 32, version=2, title=PLAN["title"], body=body, arrived_at=now,
        leaf="6" * 64,
    )  # fmt: skip
    HeldAnswer.objects.create(
        plan=held, months=6, says="done", text="It works", on=now.date(), at=now, leaf="6" * 64
    )
    return {
        "ws_plan": plan.pk,
        "ws_plan_waits": waits.pk,
        "ws_plan_nomination": fourth.pk,
        "ws_held_plan": held.pk,
        **links,
    }
