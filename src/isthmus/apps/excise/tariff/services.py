"""The duty of lists of lines: each line its amount with the steps, or its fault in words; nothing is
written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from django.utils.translation import gettext as _

from isthmus.apps.excise.tariff.formats.lines import Written
from isthmus.apps.excise.tariff.rules.model import Line, LineFault, Tariff
from isthmus.apps.excise.tariff.rules.reference import assess
from isthmus.apps.excise.tariff.wording import Told, explain, fault_words
from isthmus.kit.errors import BadInput, FieldFault

PORTION = 50_000
"""Lines that are worked out at once: a list of any length takes the memory of so many."""
FEW = 2_000
"""Up to so many lines are worked out one by one, which needs no arrays."""


@dataclass(frozen=True, slots=True)
class ChargeDue:
    """A charge beside the duty; ``amount_minor`` is None where the line does not state its value."""

    name: str
    amount_minor: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one line owes in minor units and by which row; or ``duty_minor`` None and the ``error``.

    ``missing`` names the input that the tariff needs and the line does not give.
    """

    name: str
    duty_minor: int | None
    rule: str = ""
    steps: tuple[Told, ...] = ()
    charges: tuple[ChargeDue, ...] = ()
    error: str = ""
    missing: str = ""


def answer(tariff: Tariff, name: str, line: Line, *, explained: bool = True) -> Answer:
    """The duty of one line, or its fault."""
    try:
        made = assess(tariff, line)
    except LineFault as fault:
        missing = str(fault.facts.get("field", "")) if fault.code == "missing" else ""
        return Answer(name, None, error=fault_words(fault), missing=missing)
    steps = tuple(explain(tariff, line, made)) if explained else ()
    charges = tuple(ChargeDue(charge.name, charge.amount_minor) for charge in made.charges)
    return Answer(name, made.duty_minor, made.row.rule, steps, charges)


@dataclass(frozen=True, slots=True)
class AtStake:
    """The duty on goods that is not due yet, in minor units of ``currency``, and the row it comes from.

    ``rates_of`` is the day whose rates were taken: the day itself, or the last one for which the tariff
    knows rates; ``is_last_known`` marks the latter.
    """

    duty_minor: int
    currency: str
    rule: str
    rates_of: date
    is_last_known: bool


def duty_at_stake(tariff: Tariff, line: Line) -> AtStake:
    """What a deed puts at stake: the duty of a line by the rates of its day, or by the last known ones.

    A guarantee must not wait for a tariff to be brought up to date; a return must, for it says what is owed.
    BadInput ``excise.at-stake`` tells why the duty cannot be worked out.
    """
    try:
        try:
            made, is_last_known = assess(tariff, line), False
        except LineFault as fault:
            if fault.code != "after-last":
                raise
            last = fault.facts["last"]
            assert isinstance(last, date), "the rule names the last day"
            line, is_last_known = replace(line, day=last), True
            made = assess(tariff, line)
    except LineFault as fault:
        message = fault_words(fault)
        raise BadInput(
            "excise.at-stake",
            _("The duty at stake cannot be worked out: %(why)s") % {"why": message},
            next_step=_("Complete what the registry or the tariff says of these goods."),
            faults=(FieldFault(str(fault.facts.get("field", "product")), message),),
        ) from fault
    assert line.day is not None, "a line with a duty has a day"
    return AtStake(made.duty_minor, made.currency, made.row.rule, line.day, is_last_known)


def answers(tariff: Tariff, lines: Iterable[Written], *, explained: bool) -> Iterator[Answer]:
    """The duty of every line in the order of the list. Explained lines and short lists go one by one."""
    waiting = iter(lines)
    while portion := list(islice(waiting, PORTION)):
        if explained or len(portion) <= FEW:
            yield from (_one(tariff, written, explained=explained) for written in portion)
        else:
            yield from _many(tariff, portion)


def _one(tariff: Tariff, written: Written, *, explained: bool) -> Answer:
    if written.line is None:
        assert written.fault is not None
        return Answer(written.name, None, error=fault_words(written.fault))
    return answer(tariff, written.name, written.line, explained=explained)


def _many(tariff: Tariff, portion: list[Written]) -> Iterator[Answer]:
    from isthmus.apps.excise.tariff.rules.columns import columns_of
    from isthmus.apps.excise.tariff.rules.vectorised import Book

    lines = [written.line for written in portion if written.line is not None]
    duties = Book((tariff,)).duties(columns_of(lines, [0] * len(lines)))
    amounts, rows = duties.duty.tolist(), duties.row.tolist()
    charges = {name: column.tolist() for name, column in duties.charges.items()}
    place = -1
    for written in portion:
        place += written.line is not None
        if written.line is None or rows[place] < 0:
            # The faster way only says that there is no duty; the reference says why.
            yield _one(tariff, written, explained=False)
            continue
        row = duties.rows[rows[place]]
        due = tuple(
            ChargeDue(charge.name, amount if (amount := charges[charge.name][place]) >= 0 else None)
            for charge in row.charges
        )
        yield Answer(written.name, amounts[place], row.rule, charges=due)
