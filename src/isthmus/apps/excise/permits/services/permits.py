"""Applications for permits, how they are decided, and goods drawn under them with their duty."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.excise.permits import queries
from isthmus.apps.excise.permits.models import ImportPermit, PermitDraw
from isthmus.apps.excise.permits.rules.alcohol import Goods, pure_alcohol
from isthmus.apps.excise.permits.rules.entries import draw as drawn
from isthmus.apps.excise.permits.rules.entries import permit as permitted
from isthmus.apps.excise.permits.rules.states import How, State, may_decide, may_draw
from isthmus.apps.excise.permits.services.checking import bad, in_year, locked_operator, positive, post, text
from isthmus.apps.excise.permits.wording import litres_text
from isthmus.apps.excise.registry.models import Operator
from isthmus.apps.excise.registry.services.numbers import next_number, written_number
from isthmus.apps.excise.returns.models import DutyReturn
from isthmus.apps.excise.returns.services.declaring import declare_event
from isthmus.apps.excise.tariff.formats.lines import Written
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault, Refused

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


def _locked(row: ImportPermit) -> ImportPermit:
    return ImportPermit.objects.select_for_update(of=("self",)).select_related("operator").get(pk=row.pk)


def _to_decide(row: ImportPermit, actor: str) -> ImportPermit:
    now = _locked(row)
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


def _alcohol_of(declared: DutyReturn) -> int:
    goods, faults = [], []
    for line in declared.lines.all():
        if line.volume is None or line.abv is None or line.quantity is None:
            faults.append(FieldFault(line.name, _("State strength, volume and quantity: a quota is drawn.")))
        else:
            goods.append(Goods(line.volume, line.abv, line.quantity))
    if faults:
        raise BadInput(
            "excise.permit-goods",
            _("The pure alcohol of the goods cannot be worked out; nothing was drawn."),
            next_step=_("Correct the lines that are named and send the whole list again."),
            faults=tuple(faults),
        )
    amount = pure_alcohol(goods)
    if amount == 0:
        raise bad("permit-goods", "rows", _("There is no alcohol in these goods; they need no permit."))
    return amount


@transaction.atomic
def draw(
    row: ImportPermit, how: How, on: date, written: Sequence[Written], *, key: str, actor: str
) -> PermitDraw:
    """Draw goods under a permit, once for its key: their duty is declared and assessed, and quota, permit
    and, from bond, the bonded stock fall by their pure alcohol. All of it happens, or nothing.

    Conflict ``excise.quota-overdrawn`` names what is short; BadInput every line at fault.
    """
    name = text(key, "key", 60)
    now = _locked(row)
    if not may_draw(now.stands):
        raise Conflict(
            "excise.permit-state",
            _("The permit %(number)s is not approved.") % {"number": now.number},
            next_step=_("Goods are imported under a permit that an approver approved."),
        )
    standing = now.draws.filter(key=name).first()
    if standing is not None:
        return _same(standing, how, on)
    in_year(on, now.year)
    operator = locked_operator(now.operator)
    declared = declare_event(
        operator, on, how.value, written, origin=f"permit {now.number} {name}", actor=actor
    )
    amount = _alcohol_of(declared)
    assert declared.number is not None, "what is declared has its number"
    detail = {"return": declared.number}
    post(
        drawn(
            f"{now.number} draw {name}",
            how,
            now.number,
            operator.excise_number,
            amount,
            on=on,
            detail=detail,
        ),
        actor=actor,
    )
    made = PermitDraw.objects.create(
        permit=now,
        key=name,
        how=how,
        on=on,
        amount_ml=amount,
        duty_return=declared,
        by=actor[:254],
        at=clock.now(),
    )
    audit.note(
        "excise.permit-drawn",
        actor=actor,
        subject=now.number,
        detail={"how": how.value, "amount_ml": amount, "return": declared.number},
    )
    return made


def _same(standing: PermitDraw, how: How, on: date) -> PermitDraw:
    if (standing.how, standing.on) != (how.value, on):
        raise Conflict(
            "excise.permit-key",
            _("This draw-down was posted already, and says something else."),
            next_step=_("Begin a new draw-down."),
        )
    return standing
