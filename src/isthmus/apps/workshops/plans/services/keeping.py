"""Country plans in the index, and what became of their records: erased, given back, or numbered later."""

from datetime import date
from typing import Any

from isthmus.apps.workshops.nominations.models import Nomination
from isthmus.apps.workshops.plans import body_queries as bodies
from isthmus.apps.workshops.plans.house import KIND
from isthmus.apps.workshops.plans.models import CountryPlan, HeldAnswer, HeldPlan, PlanAnswer
from isthmus.apps.workshops.plans.records import CountryPlanProgressV1, CountryPlanV1
from isthmus.exchange import queries as exchange
from isthmus.exchange.handlers import Erasing, Received
from isthmus.kit import clock
from isthmus.search.services import Entry, put, remove

State = CountryPlan.State


def key_of(node: str, reference: str) -> str:
    """The name of a plan in the index: two countries may use one reference."""
    return f"{node}/{reference}"


def index(node: str, body: dict[str, Any]) -> None:
    """Let a plan of a node be found by its words."""
    parts = [body.get(name, "") for name in ("problem", "example", "partner")]
    parts += [step["what"] for step in body.get("steps", ())]
    parts += [figure["name"] for figure in body.get("figures", ())]
    put(KIND, [Entry(key_of(node, body["plan"]), body["title"], "\n".join(parts), body["language"])])


def erase(erasing: Erasing) -> None:
    """Delete what a received record said; that there is a plan stays, for the counts."""
    if erasing.sent:
        return
    for row in HeldPlan.objects.filter(leaf=erasing.leaf):
        row.title, row.body = row.reference[:8], {}
        row.save(update_fields=["title", "body"])
        remove(KIND, [key_of(erasing.partner, row.reference)])
    HeldAnswer.objects.filter(leaf=erasing.leaf).update(text="")


def restore(received: Received) -> None:
    """A record that this node had sent and lost came back: what it said stands again, and a plan is found.

    A draft in other words is kept, as the next version; so is an answer that was not sent yet. A plan of a
    nomination that is not known here any more stands among the records only.
    """
    body: CountryPlanV1 | CountryPlanProgressV1 = received.body
    if isinstance(body, CountryPlanV1):
        _restore_plan(received, body)
    else:
        _restore_answer(received, body)


def _row_of(received: Received, body: CountryPlanV1) -> CountryPlan | None:
    """The delegate's plan, even one that was begun anew since; a new row where there is none.

    None where the delegate is not known here, or another plan was sent in its place.
    """
    nomination = Nomination.objects.filter(
        call__partner=received.record.receiver, call__number=body.workshop, reference=body.nomination
    ).first()
    if nomination is None:
        return None
    row = CountryPlan.objects.select_for_update(of=("self",)).filter(nomination=nomination).first()
    if row is None:
        return CountryPlan(
            nomination=nomination,
            organisation_id=nomination.organisation_id,
            reference=body.plan,
            by=received.record.sender,
        )
    return row if row.reference == body.plan or row.sent_at is None else None


def _restore_plan(received: Received, body: CountryPlanV1) -> None:
    row = _row_of(received, body)
    if row is None:
        return
    told = bodies.plain(body)
    words = {name: told.get(name, "") for name in ("title", "problem", "example", "partner", "language")}
    words |= {name: told.get(name, []) for name in ("steps", "figures")}
    is_sent, is_new = row.state == State.SENT, row.pk is None
    last_sent = row.version if is_sent else row.version - 1
    if last_sent > body.version:
        return
    index(exchange.me(), told)
    if last_sent == body.version:
        return
    if is_sent or is_new or all(getattr(row, name) == value for name, value in words.items()):
        for name, value in words.items():
            setattr(row, name, value)
        row.state, row.version = State.SENT, body.version
    else:
        row.state, row.version = State.DRAFT, body.version + 1
    row.reference, row.sent_at, row.leaf = body.plan, clock.from_text(body.at), received.leaf
    row.save()


def _restore_answer(received: Received, body: CountryPlanProgressV1) -> None:
    plan = CountryPlan.objects.filter(
        reference=body.plan,
        nomination__call__partner=received.record.receiver,
        nomination__call__number=body.workshop,
    ).first()
    if plan is None:
        return
    at = clock.from_text(body.at)
    known = PlanAnswer.objects.filter(plan=plan, months=body.months).first()
    if known is not None and (known.sent_at is None or known.sent_at >= at):
        return
    told = {
        "says": body.says,
        "text": body.text or "",
        "on": date.fromisoformat(body.on),
        "by": received.record.sender,
        "released_by": "",
        "sent_at": at,
        "leaf": received.leaf,
    }
    PlanAnswer.objects.update_or_create(plan=plan, months=body.months, defaults=told)


def take_number(stand_in: str, leaf: str) -> None:
    """What waited for a number has its leaf now."""
    for model in (CountryPlan, PlanAnswer):
        model.objects.filter(leaf=stand_in).update(leaf=leaf)
