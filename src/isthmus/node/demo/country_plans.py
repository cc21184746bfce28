"""A plan for home: a workshop of last spring is entered, and its delegate is asked six months later."""

from datetime import timedelta
from typing import Any, Final

from isthmus.accounts.models import Organisation
from isthmus.apps.workshops.models import (
    Call,
    CountryPlan,
    HeldAnswer,
    HeldPlan,
    Nomination,
    Nominee,
    Programme,
    Workshop,
)
from isthmus.apps.workshops.nominations.services import inviting, nominating
from isthmus.apps.workshops.plans.services import writing
from isthmus.apps.workshops.programme.services import planning
from isthmus.kit import clock
from isthmus.node.demo.countries import MARK
from isthmus.node.demo.trade import Answer, who
from isthmus.node.demo.workshops import CENTRE, TODAY_CODE

COUNTRY: Final = "mv"
TITLE: Final = f"Workshop on registers that serve islands {MARK}"
ENDED_DAYS: Final = 190
"""More than six months of the calendar, and less than twelve."""
PLAN: Final[dict[str, Any]] = {
    "title": f"One register of dispensaries for all atolls {MARK}",
    "problem": "Each atoll keeps its own list, and medicine is shipped to places that are closed.",
    "example": "The registry of firms that was shown at the course: one entry, used by every office.",
    "steps": [{"what": "Merge the lists of two atolls"}, {"what": "Let every atoll write into one register"}],
    "partner": "A country whose health posts write into one register over a slow link",
    "figures": [{"name": "Dispensaries in the register", "amount": "180", "unit": "dispensaries"}],
}


def call_for_plan() -> Answer:
    """At ``cifal``: a workshop that ended six months ago is entered, and a country called to it; once."""
    row = Workshop.objects.filter(title=TITLE).first()
    if row is None:
        ended = clock.now().date() - timedelta(days=ENDED_DAYS)
        planned = planning.Planned(
            title=TITLE,
            theme="Registers that many offices keep together",
            host=CENTRE,
            place="Shanghai",
            starts=ended - timedelta(days=1),
            ends=ended,
        )
        programme = Programme.objects.get(code=TODAY_CODE)
        row = planning.plan_workshop(programme, planned, actor=who("officer"))
        until = clock.now() + timedelta(days=1)
        inviting.call(row, [COUNTRY], quota=1, until=until, actor=who("officer"))
    return {"workshop": row.number}


def nominate_for_plan() -> Answer:
    """At ``mv``, once the call is there: who was at that workshop is nominated, once; empty before."""
    call = Call.objects.filter(title=TITLE).first()
    if call is None:
        return {"name": ""}
    row = Nomination.objects.filter(call=call).first()
    if row is None:
        person = {
            "name": f"Hassan Rasheed {MARK}",
            "position": "Head of records",
            "employer": "Health office",
            "email": "",
            "gender": "male",
            "motivation": "",
        }
        organisation = Organisation.objects.order_by("pk")[0]
        row = nominating.nominate(call, organisation, person, actor=who("officer"))
        nominating.approve(row, actor=who("approver"))
    return {"name": row.name}


def select_for_plan() -> Answer:
    """At ``cifal``: accept that delegate; once. Empty while the nomination is not here."""
    row = Nominee.objects.filter(invitation__workshop__title=TITLE).first()
    if row is not None and not row.selections.exists():
        inviting.select(row, "accepted", "", actor=who("officer"))
    return {"name": row.name if row is not None else ""}


def write_plan() -> Answer:
    """At ``mv``, once the delegate is accepted: the plan is written, let go, and told about; once."""
    delegate = Nomination.objects.filter(call__title=TITLE, state="accepted").first()
    if delegate is None:
        return {"title": ""}
    row = CountryPlan.objects.filter(nomination=delegate).first()
    if row is None:
        row = writing.write(delegate, dict(PLAN), actor=who("officer"))
        writing.release(writing.hand_in(row, actor=who("officer")), actor=who("approver"))
        text = "Two atolls write into one register; the slow link to the others is what holds it up."
        told = {"says": "under-way", "text": text, "on": clock.now().date()}
        writing.answer(row, 6, told, actor=who("approver"), releases=True)
    return {"title": row.title}


def held_plan() -> Answer:
    """At ``cifal``: how many plans arrived, and what was told about them."""
    told = list(HeldAnswer.objects.values_list("says", flat=True))
    return {"plans": HeldPlan.objects.count(), "told": told}


KEYS = (call_for_plan, nominate_for_plan, select_for_plan, write_plan, held_plan)
"""What can be asked for here."""
