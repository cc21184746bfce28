"""Goods drawn under a permit with their duty, and draw-downs that are taken back."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.excise.ledger import services as ledger
from isthmus.apps.excise.ledger.models import LedgerEntry
from isthmus.apps.excise.permits.models import ImportPermit, PermitDraw, PermitDrawReversal
from isthmus.apps.excise.permits.rules.alcohol import Goods, pure_alcohol
from isthmus.apps.excise.permits.rules.entries import CHART
from isthmus.apps.excise.permits.rules.entries import draw as drawn
from isthmus.apps.excise.permits.rules.states import How, may_draw
from isthmus.apps.excise.permits.services.checking import bad, in_year, locked_operator, post, text
from isthmus.apps.excise.permits.services.permits import locked
from isthmus.apps.excise.returns.models import DutyReturn
from isthmus.apps.excise.returns.services.declaring import declare_event, undo_event
from isthmus.apps.excise.tariff.formats.lines import Written
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault, Refused


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
    now = locked(row)
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
            _key_of(now, name),
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


def _key_of(permit: ImportPermit, name: str) -> str:
    return f"{permit.number} draw {name}"


@transaction.atomic
def reverse(draw: PermitDraw, *, on: date, why: str, key: str, actor: str) -> PermitDrawReversal:
    """Take a draw-down back, once: goods that did not come, or an entry that was wrong.

    Quota and permit, and the bonded store where the goods came from it, rise by what was drawn; the quota is
    that of the year in which it was drawn, whenever it is taken back. Its return gets a version without
    goods, so that what was paid becomes a credit. The same key again returns what stands.

    Refused ``excise.draw-own`` to who drew it; Conflict ``excise.draw-reversed`` where it was taken back
    under another key; BadInput for a day that lies ahead or before the draw-down.
    """
    name, reason = text(key, "key", 60), text(why, "why")
    permit = locked(draw.permit)
    standing = PermitDrawReversal.objects.filter(draw=draw).first()
    if standing is not None:
        if (standing.key, standing.on, standing.why) == (name, on, reason):
            return standing
        raise Conflict(
            "excise.draw-reversed",
            _("This draw-down was taken back on %(day)s already.") % {"day": standing.on.isoformat()},
            next_step=_("Draw the goods anew if they came after all."),
        )
    if draw.by == actor[:254]:
        raise Refused(
            "excise.draw-own",
            _("You drew these goods; somebody else takes the draw-down back."),
            next_step=_("Ask another approver."),
        )
    if not draw.on <= on <= clock.now().date():
        raise bad(
            "draw-day",
            "on",
            _("Choose a day from %(first)s, when the goods were drawn, to today.")
            % {"first": draw.on.isoformat()},
        )
    locked_operator(permit.operator)
    made = PermitDrawReversal.objects.create(
        draw=draw,
        key=name,
        on=on,
        why=reason,
        duty_return=undo_event(draw.duty_return, why=reason, actor=actor),
        by=actor[:254],
        at=clock.now(),
    )
    entry = LedgerEntry.objects.get(book__name=CHART.book, key=_key_of(permit, draw.key))
    ledger.reverse(
        CHART,
        entry.number,
        key=f"{permit.number} takes back {draw.key}",
        on=on,
        reason=reason,
        actor=actor,
    )
    audit.note(
        "excise.permit-reversed",
        actor=actor,
        subject=permit.number,
        detail={"draw": draw.key, "amount_ml": draw.amount_ml, "why": reason},
    )
    return made
