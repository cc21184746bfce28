"""The duty of movements that leave here: reserved of a guarantee at dispatch, given back when it is over.

Locks are taken in one order: the movement, then guarantees by their row number, then the series of numbers,
then the book. Whoever waits for a guarantee has taken no number yet.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from babel.numbers import get_territory_currencies
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.excise.guarantees import queries as guarantees
from isthmus.apps.excise.guarantees import services as guaranteeing
from isthmus.apps.excise.guarantees.models import Guarantee, GuaranteeKind, ReservationState
from isthmus.apps.excise.guarantees.rules.covering import refusal
from isthmus.apps.excise.guarantees.wording import amount_text
from isthmus.apps.excise.ledger.rules import LARGEST
from isthmus.apps.excise.movements.formats.message import Message
from isthmus.apps.excise.movements.formats.reading import read_message
from isthmus.apps.excise.movements.models import Movement, MovementLine, MovementMessage, MovementSecurity
from isthmus.apps.excise.movements.rules.drafts import EXPORT
from isthmus.apps.excise.movements.rules.securing import (
    Guarantor,
    LineStake,
    Load,
    Stake,
    guarantors,
    liable,
    misuse,
)
from isthmus.apps.excise.movements.rules.shortages import judge
from isthmus.apps.excise.movements.rules.sides import country_of
from isthmus.apps.excise.movements.rules.states import DISCHARGED, State
from isthmus.apps.excise.movements.services import book
from isthmus.apps.excise.movements.wording import GUARANTORS, MISUSES
from isthmus.apps.excise.registry.models import Operator, OperatorState
from isthmus.apps.excise.tariff.queries import tariff_of
from isthmus.apps.excise.tariff.rules.model import Tariff
from isthmus.apps.excise.tariff.services import duty_at_stake
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault, NotFound
from isthmus.kit.text import nfc

Outcome = Literal["paid", "waived", "claimed"]


def _load(line: MovementLine) -> Load:
    return Load(
        line.number, line.product_code, line.cn_code, line.quantity, line.abv_percent, line.degree_plato
    )


def day_of(movement: Movement) -> date:
    """The day of dispatch, whose rates and guarantees count."""
    return (movement.dispatched_at or clock.now()).date()


def stake_of(movement: Movement) -> Stake:
    """The duty at stake by this country's tariff, line by line; lines without a rate say why."""
    country, on = book.own_country(), day_of(movement)
    try:
        tariff = tariff_of(country)
    except NotFound as error:
        currency = next(iter(get_territory_currencies(country)), "")
        lines = movement.lines.all()
        return Stake(currency, on, tuple(LineStake(line.number, None, why=error.message) for line in lines))
    return Stake(
        tariff.currency, on, tuple(_line_stake(tariff, _load(line), on) for line in movement.lines.all())
    )


def _line_stake(tariff: Tariff, load: Load, on: date) -> LineStake:
    line = load.line(on)
    if line is None:
        return LineStake(load.number, None, why=_("The tariff is for goods in litres."))
    try:
        found = duty_at_stake(tariff, line)
    except BadInput as error:
        return LineStake(load.number, None, why=" ".join(fault.message for fault in error.faults))
    return LineStake(load.number, found.duty_minor, found.rates_of, found.rule)


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be reserved once the movement has its reference; ``guarantee`` None where none is needed."""

    code: str
    stake: Stake
    amount_minor: int
    stated: bool
    guarantee: Guarantee | None


def _amount(stake: Stake, stated_minor: int | None) -> int:
    known = stake.known_minor
    if stated_minor is None:
        if stake.without_rate:
            raise BadInput(
                "excise.movement-duty",
                _("The tariff has no rate for some of the goods, so the duty at stake is not known."),
                next_step=_("State the whole duty at stake in %(currency)s when you accept the draft.")
                % {"currency": stake.currency or _("the country's currency")},
                faults=tuple(
                    FieldFault("duty", _("Line %(line)d: %(why)s") % {"line": line.number, "why": line.why})
                    for line in stake.without_rate
                ),
            )
        return known
    least = known if not stake.without_rate else max(known, 1)
    if not least <= stated_minor <= LARGEST:
        message = _("State at least %(amount)s, the duty by the tariff.") % {
            "amount": amount_text(least, stake.currency)
        }
        raise BadInput("excise.movement-duty", message, faults=(FieldFault("duty", message),))
    return stated_minor


def _operators(message: Message, parties: Iterable[Guarantor]) -> list[Operator]:
    """The operators of this registry that answer for the duty, in the order of the code."""
    body, found = message.body, []
    for party in parties:
        match party:
            case Guarantor.CONSIGNOR:
                wanted = Q(excise_number=body.consignor_trader.trader_excise_number)
            case Guarantor.CONSIGNEE:
                trader = body.consignee_trader
                wanted = Q(excise_number=(trader.traderid or "") if trader is not None else "")
            case _:
                named = body.movement_guarantee.guarantor_trader
                wanted = Q(
                    excise_number__in=[one.trader_excise_number for one in named if one.trader_excise_number]
                )
                wanted |= Q(tax_number__in=[one.vat_number for one in named if one.vat_number])
        found += list(Operator.objects.filter(wanted, state=OperatorState.REGISTERED).order_by("pk"))
    return list(dict.fromkeys(found))


def candidates(message: Message, currency: str, on: date) -> list[Guarantee]:
    """The guarantees that may secure a draft, in the order in which they are tried."""
    named = guarantors(message.body.movement_guarantee.guarantor_type_code)
    operators = _operators(message, named)
    return [row for operator in operators for row in guarantees.in_force(operator, currency, on)]


def plan(movement: Movement, message: Message, stated_minor: int | None) -> Plan:
    """Which guarantee takes the duty at stake; its row is locked.

    BadInput for a code that does not hold or an amount that is not known, Conflict where no guarantee is
    there or none covers it, saying what is missing.
    """
    code = message.body.movement_guarantee.guarantor_type_code
    against = misuse(
        code,
        across=_leaves(movement),
        mode=movement.transport_mode,
        products=[line.product_code for line in movement.lines.all()],
    )
    if against is not None:
        raise BadInput(
            "excise.movement-guarantor",
            _("Guarantor code %(code)s does not hold: %(why)s.") % {"code": code, "why": MISUSES[against]},
            next_step=_("Name in the draft who guarantees the duty."),
            faults=(FieldFault("guarantor", str(MISUSES[against])),),
        )
    stake, named = stake_of(movement), guarantors(code)
    if not named:
        return Plan(code, stake, stated_minor or stake.known_minor, stated_minor is not None, None)
    amount = _amount(stake, stated_minor)
    if amount == 0:
        return Plan(code, stake, 0, stated=False, guarantee=None)
    return Plan(code, stake, amount, stated_minor is not None, _covering(message, stake, amount))


def _leaves(movement: Movement) -> bool:
    """Whether the goods leave the country, whoever speaks for the one that they reach."""
    reached = country_of(movement.consignee, movement.delivered_to) or book.own_country()
    return reached != book.own_country() or movement.destination_type == EXPORT


def _covering(message: Message, stake: Stake, amount: int) -> Guarantee:
    on, currency = stake.on, stake.currency
    tried = [row.pk for row in candidates(message, currency, on)]
    # Locked in one order whatever the order of trying, so that two dispatches wait for each other.
    held = Guarantee.objects.select_for_update().filter(pk__in=tried).order_by("pk")
    locked = {row.pk: row for row in held}
    most = 0
    for row in (locked[pk] for pk in tried):
        free = guarantees.free(row)
        deeds = row.reservations.filter(state=ReservationState.OPEN).count()
        if refusal(guarantees.terms_of(row), on, amount=amount, free=free, open_deeds=deeds) is None:
            return row
        if row.kind != GuaranteeKind.INDIVIDUAL or not deeds:
            most = max(most, free)
    code = message.body.movement_guarantee.guarantor_type_code
    facts = {
        "who": ", ".join(str(GUARANTORS[party]) for party in guarantors(code)),
        "amount": amount_text(amount, currency),
        "free": amount_text(most, currency),
        "missing": amount_text(amount - most, currency),
        "day": on.isoformat(),
        "currency": currency,
    }
    if not tried:
        raise Conflict(
            "excise.movement-no-guarantee",
            _("No guarantee in %(currency)s of the %(who)s counts on %(day)s; %(amount)s are needed.")
            % facts,
            next_step=_(
                "Register one with its guarantor's consent, or name another guarantor in a new draft."
            ),
        )
    raise Conflict(
        "excise.movement-guarantee-short",
        _(
            "The guarantee of the %(who)s does not cover %(amount)s:"
            " %(free)s are free, %(missing)s are missing."
        )
        % facts,
        next_step=_("Register a further guarantee, or wait until another movement is discharged."),
    )


def secure(movement: Movement, planned: Plan, *, actor: str) -> MovementSecurity:
    """Reserve what was planned under the movement's reference."""
    row = MovementSecurity(
        movement=movement,
        guarantee=planned.guarantee,
        guarantor_code=planned.code,
        currency=planned.stake.currency,
        amount_minor=planned.amount_minor,
        stated=planned.stated,
        rates_on=planned.stake.last_known,
        lines=[
            {
                "number": line.number,
                "duty_minor": line.duty_minor,
                "rates_on": line.rates_on.isoformat() if line.rates_on else None,
                "rule": line.rule,
            }
            for line in planned.stake.lines
        ],
    )
    if planned.guarantee is not None:
        row.wanted_minor = row.held_minor = planned.amount_minor
        row.holds = 1
        guaranteeing.reserve(
            planned.guarantee,
            planned.amount_minor,
            key=row.key,
            on=planned.stake.on,
            reason=_("Duty of movement %(arc)s") % {"arc": movement.arc},
            actor=actor,
        )
    row.save(force_insert=True)
    return row


def settle(movement: Movement, *, was: str, actor: str) -> None:
    """What follows from where a locked movement stands, and ``was``; called after every ``refresh``."""
    if movement.state in DISCHARGED and was not in DISCHARGED:
        audit.note("excise.movement-closed", actor=actor, subject=movement.arc)
    row = MovementSecurity.objects.select_related("guarantee", "movement").filter(movement=movement).first()
    if row is None or row.guarantee is None:
        return
    _hold(row, _wanted(row, movement), actor=actor)


def _wanted(row: MovementSecurity, movement: Movement) -> int:
    over = movement.state in DISCHARGED
    if row.settled_at is not None and (over or movement.state == State.LOST):
        return 0
    if movement.state in {State.DELIVERED, State.EXPORTED}:
        return _liable(row, movement)
    return 0 if over else row.amount_minor


def _liable(row: MovementSecurity, movement: Movement) -> int:
    """What stays at stake for what did not arrive; everything where the report's text was withheld."""
    lines = {line.number: line for line in movement.lines.all()}
    missing: dict[int, Decimal] = {}
    for report in _reports(movement):
        conclusion = report.facts.get("conclusion")
        if conclusion in {"1", "21"}:
            continue
        if not report.xml:
            return row.amount_minor
        for one in read_message(bytes(report.xml)).body.body_report_of_receipt_export:
            if one.indicator_of_shortage_or_excess == "S" and one.observed_shortage_or_excess:
                number = one.body_record_unique_reference
                missing[number] = missing.get(number, Decimal(0)) + one.observed_shortage_or_excess
    charged: dict[int, Decimal] = {}
    for number, quantity in missing.items():
        line = lines.get(number)
        if line is None:
            return row.amount_minor
        short = judge(line.quantity, min(quantity, line.quantity), line.product_code, movement.transport_mode)
        charged[number] = short.charged
    duties: Mapping[int, tuple[Decimal, int | None]] = {
        line["number"]: (lines[line["number"]].quantity, line["duty_minor"]) for line in row.lines
    }
    return liable(row.amount_minor, duties, charged)


def _reports(movement: Movement) -> list[MovementMessage]:
    rows = list(movement.messages.defer("xml"))
    effective = {one.key for one in book.standing_of(movement, rows).effective}
    return [one for one in rows if one.code == "IE818" and book.statement_of(one).key in effective]


def _hold(row: MovementSecurity, wanted: int, *, actor: str) -> None:
    """Have exactly ``wanted`` reserved; the same again changes nothing.

    A smaller amount is the old reservation given back and a new one under the next key, in one transaction:
    nobody comes between. What a guarantee cannot take again is left open, and the movement's page says so.
    """
    assert row.guarantee is not None
    if wanted == row.wanted_minor:
        return
    movement, reason = row.movement, _("Duty of movement %(arc)s") % {"arc": row.movement.arc}
    if row.held_minor:
        guaranteeing.release(row.guarantee, key=row.key, on=clock.now().date(), reason=reason, actor=actor)
    row.wanted_minor, row.held_minor = wanted, 0
    if wanted:
        row.holds += 1
        try:
            guaranteeing.reserve(
                row.guarantee, wanted, key=row.key, on=day_of(movement), reason=reason, actor=actor
            )
            row.held_minor = wanted
        except Conflict as refused:
            audit.note(
                "excise.movement-uncovered",
                actor=actor,
                subject=movement.arc,
                detail={"amount_minor": wanted, "why": refused.code},
            )
    row.save(update_fields=["wanted_minor", "held_minor", "holds"])


@transaction.atomic
def settle_liability(movement: Movement, outcome: Outcome, why: str, *, actor: str) -> MovementSecurity:
    """Say what became of the duty that stayed at stake: paid, waived by a decision, or claimed.

    Claimed takes it from the guarantor; the others give it back. Conflict where nothing is to be settled or
    the movement is still under way; BadInput without a reason.
    """
    said = nfc(why).strip()[:500]
    if not said:
        message = _("Say by which payment or decision.")
        raise BadInput("excise.movement-settled", message, faults=(FieldFault("why", message),))
    held = book.held(movement.arc)
    row = MovementSecurity.objects.select_related("guarantee", "movement").filter(movement=held).first()
    if row is None or row.guarantee is None or not row.wanted_minor or not may_settle(held):
        raise Conflict(
            "excise.movement-settled",
            _("No duty of %(arc)s is to be settled now.") % {"arc": held.arc},
            next_step=_("Settle it once the movement is discharged or lost."),
        )
    if outcome == "claimed":
        guaranteeing.call(
            row.guarantee, row.wanted_minor, key=row.key, on=clock.now().date(), reason=said, actor=actor
        )
        row.held_minor = 0
    row.settled_at, row.settled_why, row.settled_by = clock.now(), said, actor[:254]
    row.save(update_fields=["held_minor", "settled_at", "settled_why", "settled_by"])
    _hold(row, 0, actor=actor)
    detail = {"outcome": outcome, "why": said}
    audit.note("excise.movement-settled", actor=actor, subject=held.arc, detail=detail)
    return row


def may_settle(movement: Movement) -> bool:
    """Whether what is still at stake can be settled: the goods are accounted for, or lost."""
    return movement.state in {*DISCHARGED, State.LOST}
