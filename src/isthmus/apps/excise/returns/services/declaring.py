"""Drafting, changing and declaring returns, and new versions of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.excise.ledger import services as ledger
from isthmus.apps.excise.ledger.rules import AccountKey
from isthmus.apps.excise.registry.models import Operator
from isthmus.apps.excise.registry.services.numbers import next_number, written_number
from isthmus.apps.excise.returns import queries
from isthmus.apps.excise.returns.models import DutyReturn, DutyReturnLine
from isthmus.apps.excise.returns.rules.entries import CHART, DUTY_KINDS, charge, revenue
from isthmus.apps.excise.returns.rules.states import Deed, State, may, settled
from isthmus.apps.excise.returns.rules.terms import Per, TaxPoint, TermsFault, due_on, tax_point
from isthmus.apps.excise.returns.services.reckoning import reckon
from isthmus.apps.excise.tariff.formats.lines import Written
from isthmus.apps.excise.tariff.queries import tariff_of
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault
from isthmus.ui.formats import country_name

SERIES = "returns"


def locked(row: DutyReturn, deed: Deed) -> DutyReturn:
    """The return as it stands now, locked; Conflict where the deed may not be done in its state."""
    now = DutyReturn.objects.select_for_update(of=("self",)).select_related("operator").get(pk=row.pk)
    if not may(deed, now.stands):
        raise Conflict(
            "excise.return-state",
            _("This is not possible for a return that is “%(state)s”.") % {"state": now.get_state_display()},
            next_step=_(
                "Look at the return again: somebody may have been faster. What is declared is amended."
            ),
        )
    return now


def _point(country: str, name: str, day: date) -> TaxPoint:
    terms = queries.terms_of(country)
    try:
        return tax_point(terms, name, day)
    except TermsFault as fault:
        known = ", ".join(dict.fromkeys(one.name for one in terms.tax_points))
        message = _("%(country)s has no tax point “%(name)s” on %(day)s.") % {
            "country": country_name(country),
            "name": name,
            "day": fault.day,
        }
        raise BadInput(
            "excise.tax-point",
            message,
            next_step=_("There are: %(known)s.") % {"known": known},
            faults=(FieldFault("tax_point", message),),
        ) from fault


def _fill(row: DutyReturn, written: Sequence[Written]) -> None:
    """Work the lines out and put them in the place of those that a draft has."""
    lines = reckon(row.operator, tariff_of(row.country), row.period, written)
    row.duty_minor = sum(line.duty_minor for line in lines)
    row.charges_minor = sum(sum(line.charges.values()) for line in lines)
    row.save()
    row.lines.all().delete()
    for line in lines:
        line.duty_return = row
    DutyReturnLine.objects.bulk_create(lines, batch_size=200)


@transaction.atomic
def draft(
    operator: Operator, day: date, point_name: str, written: Sequence[Written], *, actor: str
) -> DutyReturn:
    """Begin a return of an operator for the month of ``day`` at a tax point; nothing is owed by a draft.

    Where the tax point has a return for each event, ``day`` is that of the event. BadInput names lines at
    fault and tax points that are not there; Conflict where the month has its return already.
    """
    country = operator.country
    point = _point(country, point_name, day)
    month = day.replace(day=1)
    row = DutyReturn(
        operator=operator,
        country=country,
        currency=tariff_of(country).currency,
        tax_point=point_name,
        period=month,
        due_on=due_on(point, day),
        drafted_by=actor[:254],
        drafted_at=clock.now(),
    )
    if point.per is Per.MONTH:
        row.slot = f"{operator.excise_number} {point_name} {month:%Y-%m}"
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict(
            "excise.return-twice",
            _("%(operator)s has a return for %(month)s at this tax point already.")
            % {"operator": operator.name, "month": f"{month:%Y-%m}"},
            next_step=_("Change the draft, or amend what was declared."),
        ) from error
    _fill(row, written)
    return row


@transaction.atomic
def change(row: DutyReturn, written: Sequence[Written], *, actor: str) -> DutyReturn:
    """Put other lines into a draft."""
    now = locked(row, Deed.CHANGE)
    now.drafted_by, now.drafted_at = actor[:254], clock.now()
    _fill(now, written)
    return now


@transaction.atomic
def discard(row: DutyReturn) -> None:
    """Throw a draft away."""
    locked(row, Deed.DISCARD).delete()


@transaction.atomic
def amend(row: DutyReturn, written: Sequence[Written], *, why: str, actor: str) -> DutyReturn:
    """Draft the next version of a declared return; what was declared stands until that is declared too.

    BadInput without a reason; Conflict where a new version is drafted already.
    """
    reason = with_reason(why)
    made = _next_version(locked(row, Deed.AMEND), reason, actor)
    _fill(made, written)
    return made


@transaction.atomic
def declare_amended(row: DutyReturn, written: Sequence[Written], *, why: str, actor: str) -> DutyReturn:
    """Declare the next version of a return at once, as programs do that have no drafts."""
    return _declare(amend(row, written, why=why, actor=actor), actor)


def _next_version(now: DutyReturn, reason: str, actor: str) -> DutyReturn:
    if DutyReturn.objects.filter(replaces=now).exists():
        raise Conflict(
            "excise.return-amended",
            _("Version %(version)d of this return is drafted already.") % {"version": now.version + 1},
            next_step=_("Open that draft and change its lines."),
        )
    made = DutyReturn(
        operator=now.operator,
        number=now.number,
        version=now.version + 1,
        replaces=now,
        country=now.country,
        currency=now.currency,
        tax_point=now.tax_point,
        period=now.period,
        due_on=now.due_on,
        why=reason,
        drafted_by=actor[:254],
        drafted_at=clock.now(),
    )
    made.save()
    return made


def with_reason(why: str) -> str:
    """A reason that says something, in at most 500 signs; BadInput where it does not."""
    reason = why.strip()
    if not reason or len(reason) > 500:
        message = _("Say why, in at most 500 signs: it stays beside the entry.")
        raise BadInput("excise.no-reason", message, faults=(FieldFault("why", message),))
    return reason


def _standing_version(pk: int) -> DutyReturn:
    """The version that a new one takes the place of, locked after it."""
    row = DutyReturn.objects.select_for_update(of=("self",)).select_related("operator").filter(pk=pk).first()
    assert row is not None, "a version that is replaced cannot be deleted"
    if not may(Deed.AMEND, row.stands):
        raise Conflict("excise.return-state", _("The version before was replaced already."))
    return row


@transaction.atomic
def declare(row: DutyReturn, *, actor: str) -> DutyReturn:
    """Declare a draft: it gets its number, and its duty is owed.

    A new version undoes what the version before posted as duty and adjustments; penalties, interest and
    payments stand.
    """
    return _declare(locked(row, Deed.DECLARE), actor)


def _declare(now: DutyReturn, actor: str) -> DutyReturn:
    if not now.lines.exists() and now.version == 1 and now.origin is not None:
        raise BadInput("excise.return-empty", _("An event without goods owes nothing."))
    old = None
    if now.replaces_id is not None:
        old = _standing_version(now.replaces_id)
        now.slot, old.slot = old.slot, None
        old.state = State.REPLACED
        old.save(update_fields=["slot", "state"])
    else:
        year = now.period.year
        now.number = written_number("RET", year, next_number(SERIES, year))
    now.state, now.declared_by, now.declared_at = State.DECLARED, actor[:254], clock.now()
    now.save()
    if old is not None:
        _undo(old, now, actor)
    _post_duty(now, actor)
    audit.note(
        "excise.return-declared",
        actor=actor,
        subject=str(now),
        detail={
            "operator": now.operator.excise_number,
            "total_minor": now.total_minor,
            "currency": now.currency,
        },
    )
    return now


def amounts_of(row: DutyReturn) -> Counter[AccountKey]:
    """The duty and charges of a return's lines by the account of their code, in minor units."""
    amounts: Counter[AccountKey] = Counter()
    for code, duty, charges in row.lines.values_list("code", "duty_minor", "charges"):
        amounts[revenue(row.country, code)] += duty
        for name, amount in charges.items():
            amounts[revenue(row.country, name)] += amount
    return amounts


def _post_duty(row: DutyReturn, actor: str) -> None:
    assert row.number is not None
    draft = charge(
        f"{row.number} v{row.version} duty",
        "duty",
        row.operator.excise_number,
        amounts_of(row),
        currency=row.currency,
        reference=row.number,
        on=row.due_on,
        detail={"version": row.version, "tax_point": row.tax_point, "period": f"{row.period:%Y-%m}"},
    )
    if draft is not None:
        ledger.post(CHART, draft, actor=actor)


def _undo(old: DutyReturn, new: DutyReturn, actor: str) -> None:
    standing = queries.entries_of(old).filter(kind__in=DUTY_KINDS, reversed_by=None)
    for entry in list(standing):
        ledger.reverse(
            CHART,
            entry.number,
            key=f"{new.number} v{new.version} undoes {entry.number}",
            on=entry.value_on,
            reason=new.why,
            actor=actor,
        )


@transaction.atomic
def declare_event(
    operator: Operator, day: date, point_name: str, written: Sequence[Written], *, origin: str, actor: str
) -> DutyReturn:
    """Declare and assess at once what one event elsewhere owes, such as a release from a bonded store.

    ``origin`` names the event: it is declared once, and the return that stands is given back.
    """
    standing = DutyReturn.objects.select_related("operator").filter(origin=origin).first()
    if standing is not None:
        return standing
    made = draft(operator, day, point_name, written, actor=actor)
    made.origin = origin[:120]
    made.save(update_fields=["origin"])
    now = declare(made, actor=actor)
    now.state, now.assessed_by, now.assessed_at = State.ASSESSED, actor[:254], clock.now()
    now.save(update_fields=["state", "assessed_by", "assessed_at"])
    return now


@transaction.atomic
def undo_event(row: DutyReturn, *, why: str, actor: str) -> DutyReturn:
    """Declare and assess that an event owes nothing after all, by a new version without goods.

    ``row`` is any declared version of its return. What was paid becomes a credit, which is refunded as any
    other. Conflict where a new version is drafted already.
    """
    reason = with_reason(why)
    standing = DutyReturn.objects.filter(number=row.number).exclude(state=State.DRAFT)
    last = standing.order_by("-version").first()
    assert last is not None, "an event's return was declared"
    now = _declare(_next_version(locked(last, Deed.AMEND), reason, actor), actor)
    now.assessed_by, now.assessed_at = actor[:254], clock.now()
    now.state = settled(State.ASSESSED, queries.held(now, "owed"))
    now.save(update_fields=["state", "assessed_by", "assessed_at"])
    return now
