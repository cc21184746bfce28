"""What the test of a delegate's form does inside a node, beside the steps that all such tests share."""

import sys
from datetime import timedelta
from typing import Any

from tests.processes.steps import _until, card, drained, in_force, main, meet, sign

__all__ = ["card", "drained", "in_force", "meet", "sign"]


def propose(one: str, other: str) -> str:
    """Propose that every record of nominations crosses both ways; returns the agreement."""
    from isthmus.apps.workshops.nominations.body_queries import TYPES
    from isthmus.apps.workshops.plans import body_queries as plans
    from isthmus.exchange import registry
    from isthmus.exchange.records import AgreementV1
    from isthmus.exchange.services import agreements
    from isthmus.wire import codec
    from tests.foreign import terms

    grants = [
        (kind, here, there, sorted(registry.model_of(kind).model_fields))
        for kind in (*TYPES, *plans.TYPES)
        for here, there in ((one, other), (other, one))
    ]
    content = terms(grants=grants, parties=tuple(sorted((one, other))))
    return str(agreements.propose(AgreementV1.model_validate_json(codec.encode(content)), actor="test").uuid)


def _organisation(code: str) -> Any:
    from isthmus.accounts.models import Kind, Organisation

    made = Organisation.objects.get_or_create(code=code, defaults={"name": code, "kind": Kind.MINISTRY})
    return made[0]


def call(partner: str) -> str:
    """Plan a workshop and call the partner to it; returns its number."""
    from isthmus.apps.workshops.nominations.services import inviting
    from isthmus.kit import clock
    from tests.apps.workshops.conftest import programme_of, workshop_of

    today = clock.now().date()
    workshop = workshop_of(
        programme_of(_organisation("secretariat")),
        starts=today + timedelta(days=20),
        ends=today + timedelta(days=21),
    )
    until = clock.now() + timedelta(days=5)
    inviting.call(workshop, [partner], quota=1, until=until, actor="officer")
    return workshop.number


def give_out(number: str) -> str:
    """Wait for the call and give out a form; returns its secret."""
    from isthmus.apps.workshops.delegates import services
    from isthmus.apps.workshops.models import Call

    _until(lambda: Call.objects.filter(number=number).exists())
    return services.give_out(
        Call.objects.get(number=number), _organisation("ministry"), "The delegate", actor="officer"
    )[1]


def approve() -> Any:
    """The focal point approves the one nomination that waits; returns its reference and leaf."""
    from isthmus.apps.workshops.models import Nomination
    from isthmus.apps.workshops.nominations.services import nominating

    row = nominating.approve(Nomination.objects.get(state="draft"), actor="focal point")
    return {"reference": row.reference, "leaf": row.leaf}


def arrived(reference: str) -> Any:
    """Wait for a nominee; returns all that this node holds: names, and how many records came."""
    from isthmus.apps.workshops.models import Nominee
    from isthmus.exchange.models import Record

    _until(lambda: Nominee.objects.filter(reference=reference).exists())
    return {
        "names": list(Nominee.objects.values_list("name", flat=True)),
        "records": Record.objects.filter(type="workshops.nomination").count(),
    }


def select(reference: str) -> None:
    """Accept the nominee."""
    from isthmus.apps.workshops.models import Nominee
    from isthmus.apps.workshops.nominations.services import inviting

    inviting.select(Nominee.objects.get(reference=reference), "accepted", "", actor="officer")


def answered(reference: str) -> str:
    """Wait for the answer to a nomination; returns its state."""
    from isthmus.apps.workshops.models import Nomination

    _until(lambda: Nomination.objects.filter(reference=reference).exclude(answered_at=None).exists())
    state: str = Nomination.objects.get(reference=reference).state
    return state


def plan(reference: str) -> str:
    """The accepted delegate's plan is let go, and told about as if six months were over; its reference."""
    from isthmus.apps.workshops.models import Call, Nomination
    from isthmus.apps.workshops.plans.services import writing
    from isthmus.kit import clock

    delegate = Nomination.objects.get(reference=reference)
    given = {"title": "One register (sample)", "problem": "Two lists", "steps": [{"what": "Merge them"}]}
    row = writing.hand_in(writing.write(delegate, given, actor="officer"), actor="officer")
    writing.release(row, actor="focal point")
    ended = clock.now().date() - timedelta(days=190)
    Call.objects.filter(pk=delegate.call_id).update(starts=ended, ends=ended)
    told = {"says": "under-way", "text": "One list is merged", "on": clock.now().date()}
    writing.answer(row, 6, told, actor="focal point", releases=True)
    return row.reference


def planned(reference: str) -> Any:
    """Wait for a plan and the answer about it; returns all that this node holds of both."""
    from isthmus.apps.workshops.models import HeldAnswer, HeldPlan

    _until(lambda: HeldAnswer.objects.filter(plan__reference=reference).exists())
    return {
        "titles": list(HeldPlan.objects.values_list("title", flat=True)),
        "told": list(HeldAnswer.objects.values_list("says", flat=True)),
    }


if __name__ == "__main__":
    main(globals(), *sys.argv[1:])
