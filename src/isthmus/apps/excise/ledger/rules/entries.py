"""Entries before they are posted: what a caller asks for, and what is wrong with it.

Amounts are signed whole numbers of one unit: minor units of a currency (``MDL``), or pieces of a series of
stamps. A move of +5 into an account raises its balance by 5. The rule is Luca Pacioli's (Summa, 1494, De
computis): what one account gives, others receive; here per unit, so that lei never balance dollars.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

LARGEST = 10**15
"""The largest amount of one move and of one balance: thousands of them still sum up within int64."""

MAX_TEXT = 120
MAX_UNIT = 40


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """What accounts of a role are for. A guarded one refuses to go below zero."""

    title: str
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A book's name and the roles its accounts may have."""

    book: str
    roles: Mapping[str, RoleSpec]


@dataclass(frozen=True, slots=True, order=True)
class AccountKey:
    """An account: who holds it (an operator's excise number, a shop, ``state``) and in which role."""

    holder: str
    role: str

    def __str__(self) -> str:
        return f"{self.holder} {self.role}"


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """So many of a unit into an account (positive) or out of it (negative)."""

    account: AccountKey
    unit: str
    amount: int


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to post.

    ``key`` is the caller's own name of the deed: posting it again changes nothing. ``value_on`` is the day
    from which it counts (a due date runs from it), ``reference`` a return's or a request's number,
    ``detail`` what else must not change later: texts, whole numbers and truth values by name.
    """

    key: str
    kind: str
    moves: tuple[Move, ...]
    value_on: date
    reference: str = ""
    detail: Mapping[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a draft: a stable code, the place (``key``, ``moves[2]``) and figures to tell it by."""

    code: str
    where: str
    figures: Mapping[str, str | int] = field(default_factory=dict)


def _is_text(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and text.isprintable() and text == text.strip()


def _fault_of_move(chart: Chart, move: Move, where: str) -> Fault | None:
    if move.account.role not in chart.roles:
        return Fault("role", where, {"role": move.account.role, "book": chart.book})
    if not _is_text(move.account.holder, MAX_TEXT):
        return Fault("holder", where)
    if not _is_text(move.unit, MAX_UNIT):
        return Fault("unit", where)
    if type(move.amount) is not int or move.amount == 0 or abs(move.amount) > LARGEST:
        return Fault("amount", where, {"amount": str(move.amount)})
    return None


def faults_of(chart: Chart, draft: Draft) -> tuple[Fault, ...]:
    """Everything wrong with a draft; empty where it can be posted.

    Codes: ``text`` (key, kind or reference), ``detail``, ``few`` (less than two moves), ``role``, ``holder``,
    ``unit``, ``amount`` (zero, no whole number, too large), ``unbalanced`` (the unit and what is left over).
    """
    faults = [
        Fault("text", name)
        for name, text in (("key", draft.key), ("kind", draft.kind), ("reference", draft.reference or "-"))
        if not _is_text(text, MAX_TEXT)
    ]
    faults += [
        Fault("detail", f"detail.{name}")
        for name, value in draft.detail.items()
        if not isinstance(value, str | int)
    ]
    if len(draft.moves) < 2:
        faults.append(Fault("few", "moves", {"moves": len(draft.moves)}))
    told = [_fault_of_move(chart, move, f"moves[{at}]") for at, move in enumerate(draft.moves)]
    found = [fault for fault in told if fault is not None]
    if found or len(draft.moves) < 2:
        return (*faults, *found)
    sums: Counter[str] = Counter()
    for move in draft.moves:
        sums[move.unit] += move.amount
    faults += [
        Fault("unbalanced", "moves", {"unit": unit, "left_over": left})
        for unit, left in sorted(sums.items())
        if left
    ]
    return tuple(faults)


def opposite(moves: tuple[Move, ...]) -> tuple[Move, ...]:
    """The moves that undo others."""
    return tuple(Move(move.account, move.unit, -move.amount) for move in moves)
