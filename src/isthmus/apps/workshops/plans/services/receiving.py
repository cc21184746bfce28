"""What arrives at the secretariat: plans of nominees, and how far they are.

A check refuses what is about nobody known here or contradicts what the same version said. What only arrives
late, such as an older version behind a newer one, changes nothing; it stands among the records.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.apps.workshops.nominations.models import Nominee
from isthmus.apps.workshops.nominations.services.receiving import arrived_at
from isthmus.apps.workshops.plans import body_queries as bodies
from isthmus.apps.workshops.plans.models import HeldAnswer, HeldPlan
from isthmus.apps.workshops.plans.records import CountryPlanProgressV1, CountryPlanV1
from isthmus.apps.workshops.plans.services.keeping import index
from isthmus.exchange.handlers import Received
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, FieldFault


def _fault(field: str, message: str) -> BadInput:
    return BadInput("workshops.record", message, faults=(FieldFault(field, message),))


def _nominee(received: Received) -> Nominee:
    body: CountryPlanV1 = received.body
    rows = Nominee.objects.filter(
        invitation__partner=received.record.sender, invitation__workshop__number=body.workshop
    )
    row = rows.filter(reference=body.nomination).first()
    if row is None:
        raise _fault("nomination", _("Nobody was nominated under this name."))
    return row


def _held(received: Received, workshop: str, plan: str) -> HeldPlan | None:
    rows = HeldPlan.objects.filter(
        nominee__invitation__partner=received.record.sender, nominee__invitation__workshop__number=workshop
    )
    return rows.filter(reference=plan).first()


def check_plan(received: Received) -> None:
    """Refuse a plan of nobody, another person's under its name, and other words under the same version."""
    body: CountryPlanV1 = received.body
    nominee = _nominee(received)
    known = _held(received, body.workshop, body.plan)
    if known is None:
        return
    if known.nominee_id != nominee.pk:
        raise _fault("plan", _("Another delegate's plan was sent under this name."))
    if known.version == body.version and known.body and known.body != bodies.plain(body):
        raise _fault("version", _("Another text was sent as this version."))


@transaction.atomic
def receive_plan(received: Received) -> None:
    """Handler of ``workshops.country-plan/1``: the greatest version is held, whatever the order."""
    body: CountryPlanV1 = received.body
    told = {
        "version": body.version,
        "title": body.title,
        "body": bodies.plain(body),
        "arrived_at": arrived_at(received.leaf),
        "leaf": received.leaf,
    }
    row, made = HeldPlan.objects.get_or_create(nominee=_nominee(received), reference=body.plan, defaults=told)
    if not made:
        if row.version >= body.version:
            return
        for name, value in told.items():
            setattr(row, name, value)
        row.save()
    index(received.record.sender, row.body)


def check_answer(received: Received) -> None:
    """Refuse an answer about a plan that did not arrive."""
    body: CountryPlanProgressV1 = received.body
    if _held(received, body.workshop, body.plan) is None:
        raise _fault("plan", _("No such plan has arrived here."))


@transaction.atomic
def receive_answer(received: Received) -> None:
    """Handler of ``workshops.country-plan-progress/1``: for each question the latest answer is held."""
    body: CountryPlanProgressV1 = received.body
    plan = _held(received, body.workshop, body.plan)
    assert plan is not None, "the check has found it"
    at = clock.from_text(body.at)
    if HeldAnswer.objects.filter(plan=plan, months=body.months, at__gte=at).exists():
        return
    told = {"says": body.says, "text": body.text or "", "on": body.on, "at": at, "leaf": received.leaf}
    HeldAnswer.objects.update_or_create(plan=plan, months=body.months, defaults=told)
