"""The country: a plan is written, handed in, and crosses once the focal point has let it go."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.workshops.nominations.body_queries import sayable
from isthmus.apps.workshops.nominations.models import Nomination
from isthmus.apps.workshops.plans import body_queries as bodies
from isthmus.apps.workshops.plans import queries
from isthmus.apps.workshops.plans.models import CountryPlan, PlanAnswer
from isthmus.apps.workshops.plans.services.keeping import index
from isthmus.apps.workshops.programme.services.planning import bad
from isthmus.exchange import queries as exchange
from isthmus.exchange.services import Outgoing, publish
from isthmus.kit import clock
from isthmus.kit.errors import Conflict
from isthmus.kit.ids import uuid7

State = CountryPlan.State


def may_plan(nomination: Nomination) -> bool:
    """Whether the person is accepted, and so may plan."""
    return nomination.state == Nomination.State.ACCEPTED


def _locked(plan: CountryPlan) -> CountryPlan:
    rows = CountryPlan.objects.select_for_update(of=("self",)).select_related("nomination__call")
    return rows.get(pk=plan.pk)


@transaction.atomic
def write(nomination: Nomination, given: dict[str, Any], *, actor: str) -> CountryPlan:
    """Write the plan of a delegate, or write it anew; nothing leaves this node.

    ``given`` has title, problem, example, steps, partner and figures, the lists as in ``CountryPlan``. What
    was sent already becomes a draft of the next version. Conflict where the person is not accepted, or the
    plan waits for the focal point; BadInput where something cannot be said so.
    """
    locked = Nomination.objects.select_for_update(of=("self",)).select_related("call")
    holder = locked.get(pk=nomination.pk)
    row = CountryPlan.objects.filter(nomination=holder).first()
    if row is None:
        if not may_plan(holder):
            raise Conflict("workshops.plan-early", _("Only a delegate who is accepted writes a plan."))
        row = CountryPlan(nomination=holder, organisation_id=holder.organisation_id, reference=uuid7().hex)
    if row.state == State.HANDED_IN:
        raise Conflict(
            "workshops.plan-waits", _("This plan waits for the focal point, who can give it back.")
        )
    if row.state == State.SENT:
        row.state, row.version = State.DRAFT, row.version + 1
    for name, value in given.items():
        setattr(row, name, value)
    row.language, row.by = (get_language() or settings.LANGUAGE_CODE).lower(), actor
    sent_at, row.sent_at = row.sent_at, clock.now()
    sayable(lambda: bodies.plan_of(row))
    row.sent_at = sent_at
    row.save()
    audit.note("workshops.plan-written", actor=actor, subject=row.reference, detail={"version": row.version})
    return row


@transaction.atomic
def hand_in(plan: CountryPlan, *, actor: str) -> CountryPlan:
    """Hand a draft to the focal point. Conflict where it is none; BadInput where what matters is missing."""
    row = _locked(plan)
    if row.state != State.DRAFT:
        raise Conflict("workshops.plan-handed-in", _("This plan was handed in already."))
    for name, message in (
        ("problem", _("Say which problem the plan is about.")),
        ("steps", _("Write at least one step.")),
    ):
        if not getattr(row, name):
            raise bad(name, message)
    row.state = State.HANDED_IN
    row.save(update_fields=["state"])
    audit.note("workshops.plan-handed-in", actor=actor, subject=row.reference)
    return row


def _waiting(plan: CountryPlan) -> CountryPlan:
    row = _locked(plan)
    if row.state != State.HANDED_IN:
        raise Conflict("workshops.plan-not-waiting", _("This plan does not wait for the focal point."))
    return row


@transaction.atomic
def give_back(plan: CountryPlan, *, actor: str) -> CountryPlan:
    """The focal point gives a plan back to be written on."""
    row = _waiting(plan)
    row.state = State.DRAFT
    row.save(update_fields=["state"])
    audit.note("workshops.plan-given-back", actor=actor, subject=row.reference)
    return row


@transaction.atomic
def release(plan: CountryPlan, *, actor: str) -> CountryPlan:
    """The focal point lets a plan go, and it crosses. Conflict where it does not wait, or is one's own."""
    row = _waiting(plan)
    if row.by == actor:
        raise Conflict("workshops.own", _("Whoever wrote a plan does not let it go as well."))
    row.state, row.sent_at, row.released_by = State.SENT, clock.now(), actor
    body = sayable(lambda: bodies.plan_of(row))
    call = row.nomination.call
    (record,) = publish([Outgoing(bodies.PLAN, body, call.number, row.organisation_id)], to=[call.partner])
    row.leaf = record.leaf
    row.save(update_fields=["state", "sent_at", "released_by", "leaf"])
    audit.note("workshops.plan-sent", actor=actor, subject=row.reference, detail={"version": row.version})
    index(exchange.me(), bodies.plain(body))
    return row


@transaction.atomic
def answer(
    plan: CountryPlan, months: int, given: dict[str, Any], *, actor: str, releases: bool = False
) -> PlanAnswer:
    """Tell how far a plan is, ``months`` after its workshop; a later answer replaces an earlier one.

    ``given`` has says, text and on. With ``releases`` the focal point answers, and it crosses at once; any
    other answer waits for the focal point. Conflict where this is not asked; BadInput for a day to come.
    """
    row = _locked(plan)
    asking = next((one for one in queries.asked_of(row) if one.months == months), None)
    if asking is None or not asking.takes_answer:
        raise Conflict("workshops.plan-not-asked", _("This plan is not asked about now."))
    if given["on"] > clock.now().date():
        raise bad("on", _("This day is still to come."))
    if given["on"] < row.nomination.call.starts:
        raise bad("on", _("This day lies before the workshop."))
    unsent = {**given, "by": actor, "sent_at": None, "released_by": "", "leaf": ""}
    made, _new = PlanAnswer.objects.update_or_create(plan=row, months=months, defaults=unsent)
    made.plan, made.sent_at = row, clock.now()
    sayable(lambda: bodies.answer_of(made))
    made.sent_at = None
    detail = {"months": months, "says": made.says}
    audit.note("workshops.plan-answered", actor=actor, subject=row.reference, detail=detail)
    return release_answer(made, actor=actor) if releases else made


@transaction.atomic
def release_answer(given: PlanAnswer, *, actor: str) -> PlanAnswer:
    """The focal point lets an answer go, and it crosses. Conflict where it was sent already."""
    rows = PlanAnswer.objects.select_for_update(of=("self",)).select_related("plan__nomination__call")
    row = rows.get(pk=given.pk)
    if row.sent_at is not None:
        raise Conflict("workshops.plan-answer-sent", _("This answer was sent already."))
    row.sent_at, row.released_by = clock.now(), actor
    call = row.plan.nomination.call
    outgoing = Outgoing(bodies.ANSWER, bodies.answer_of(row), call.number, row.plan.organisation_id)
    (record,) = publish([outgoing], to=[call.partner])
    row.leaf = record.leaf
    row.save(update_fields=["sent_at", "released_by", "leaf"])
    audit.note("workshops.plan-answer-sent", actor=actor, subject=row.plan.reference)
    return row
