"""Applications for permits, and how they are decided."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.excise.permits import queries
from isthmus.apps.excise.permits.models import ImportPermit
from isthmus.apps.excise.permits.rules.entries import permit as permitted
from isthmus.apps.excise.permits.rules.states import State, may_decide
from isthmus.apps.excise.permits.services.checking import bad, positive, post, text
from isthmus.apps.excise.permits.wording import litres_text
from isthmus.apps.excise.registry.models import Operator
from isthmus.apps.excise.registry.services.numbers import next_number, written_number
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, FieldFault, Refused

SERIES = "permits"


@transaction.atomic
def apply(operator: Operator, year: int, goods: str, asked_ml: int, *, actor: str) -> ImportPermit:
    """Apply for a permit within the quota of a year. NotFound where the resort has none."""
    what = text(goods, "goods")
    positive(asked_ml, "asked")
    queries.quota(operator, year)
    row = ImportPermit.objects.create(
        operator=operator,
        number=written_number("PER", year, next_number(SERIES, year)),
        year=year,
        goods=what,
        asked_ml=asked_ml,
        applied_by=actor[:254],
        applied_at=clock.now(),
    )
    audit.note("excise.permit-applied", actor=actor, subject=row.number, detail={"asked_ml": asked_ml})
    return row


def locked(row: ImportPermit) -> ImportPermit:
    """The permit as it stands now, locked until the transaction ends."""
    return ImportPermit.objects.select_for_update(of=("self",)).select_related("operator").get(pk=row.pk)


def _to_decide(row: ImportPermit, actor: str) -> ImportPermit:
    now = locked(row)
    if not may_decide(now.stands):
        raise Conflict(
            "excise.permit-state",
            _("The application %(number)s was decided already.") % {"number": now.number},
            next_step=_("Look at the permit again: somebody may have been faster."),
        )
    if now.applied_by == actor[:254]:
        raise Refused(
            "excise.permit-own",
            _("You applied for this permit; somebody else decides."),
            next_step=_("Ask another approver."),
        )
    now.decided_by, now.decided_at = actor[:254], clock.now()
    return now


@transaction.atomic
def approve(row: ImportPermit, granted_ml: int, *, actor: str) -> ImportPermit:
    """Approve an application, for all or a part of what it asks.

    BadInput above what was asked, Conflict above what is left of the quota now. Several permits may together
    exceed the quota: it is drawn, and guarded, when the goods come.
    """
    positive(granted_ml)
    now = _to_decide(row, actor)
    if granted_ml > now.asked_ml:
        raise bad(
            "permit-amount",
            "amount",
            _("The application asks for %(asked)s.") % {"asked": litres_text(now.asked_ml)},
        )
    left = queries.balance(queries.holder_of(queries.quota(now.operator, now.year)), "left")
    if granted_ml > left:
        message = _("The quota has %(left)s left.") % {"left": litres_text(left)}
        raise Conflict(
            "excise.quota-overdrawn",
            message,
            next_step=_("Approve less, or raise the quota first."),
            faults=(FieldFault("amount", message),),
        )
    now.state, now.granted_ml = State.APPROVED, granted_ml
    now.save()
    post(permitted(f"{now.number} permit", now.number, granted_ml, on=date(now.year, 1, 1)), actor=actor)
    audit.note("excise.permit-approved", actor=actor, subject=now.number, detail={"granted_ml": granted_ml})
    return now


@transaction.atomic
def refuse(row: ImportPermit, *, why: str, actor: str) -> ImportPermit:
    """Refuse an application, with the reason that the resort reads."""
    reason = text(why, "why")
    now = _to_decide(row, actor)
    now.state, now.why = State.REFUSED, reason
    now.save()
    audit.note("excise.permit-refused", actor=actor, subject=now.number, detail={"why": reason})
    return now
