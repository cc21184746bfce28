"""The book of a programme: every move stands on two accounts, and no move may overdraw one.

Amounts are whole minor units of the programme's currency. What is still free on a budget line is what was
budgeted and moved to it, less what was spent on it; only a virement changes the first part. Double entry as
in any textbook: the postings of a move sum to zero, and so do all balances.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

Account = tuple[str, str]
FUND: Account = ("fund", "")
GRANT: Account = ("grant", "")


class Kind(StrEnum):
    """What a move is."""

    EXPENSE = "expense"
    ADVANCE = "advance"
    CLAIM = "claim"
    RETURN = "return"
    VIREMENT = "virement"


@dataclass(frozen=True, slots=True)
class Line:
    """A budget line and what was approved for it. Overhead stands below the subtotal."""

    key: str
    heading: str
    name: str
    budget_minor: int
    is_overhead: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One entry. ``line`` is what it is spent on or moved to, ``source`` the line a virement takes from,
    ``person`` who holds an advance. A reversal is the same move below zero and names it by ``reverses``.
    """

    number: int
    kind: Kind
    amount_minor: int
    line: str = ""
    source: str = ""
    person: str = ""
    reverses: int | None = None


class Reason(StrEnum):
    """Why a move cannot stand."""

    AMOUNT = "amount"
    NO_LINE = "no-line"
    SAME_LINE = "same-line"
    NO_PERSON = "no-person"
    OVER_LINE = "over-line"
    OVER_ADVANCE = "over-advance"
    NO_SUCH_MOVE = "no-such-move"
    REVERSED = "reversed"


class NotAdmitted(ValueError):
    """A move that cannot stand: why, what it is about (a line or a person), and by how much it is short."""

    def __init__(self, reason: Reason, about: str = "", short_minor: int = 0) -> None:
        super().__init__(f"{reason}: {about} {short_minor}".strip())
        self.reason, self.about, self.short_minor = reason, about, short_minor


def postings(move: Move) -> tuple[tuple[Account, int], tuple[Account, int]]:
    """The two accounts of a move, debit first; together they sum to zero."""
    line, held = ("line", move.line), ("advance", move.person)
    debit, credit = {
        Kind.EXPENSE: (line, FUND),
        Kind.ADVANCE: (held, FUND),
        Kind.CLAIM: (line, held),
        Kind.RETURN: (FUND, held),
        Kind.VIREMENT: (("budget", move.line), ("budget", move.source)),
    }[move.kind]
    return (debit, move.amount_minor), (credit, -move.amount_minor)


def balances(lines: Iterable[Line], moves: Iterable[Move]) -> Counter[Account]:
    """What stands on every account; all of it sums to zero."""
    found: Counter[Account] = Counter()
    for line in lines:
        found["budget", line.key] += line.budget_minor
        found[GRANT] -= line.budget_minor
    for move in moves:
        for account, amount in postings(move):
            found[account] += amount
    return found


def reversal_of(move: Move, number: int) -> Move:
    """The move that takes another back."""
    return replace(move, number=number, amount_minor=-move.amount_minor, reverses=move.number)


def _check_alone(lines: Mapping[str, Line], moves: Iterable[Move], move: Move) -> None:
    """What is wrong with a move whatever is on the accounts."""
    if move.reverses is not None:
        earlier = {one.number: one for one in moves}.get(move.reverses)
        if earlier is None or move != reversal_of(earlier, move.number) or earlier.reverses is not None:
            raise NotAdmitted(Reason.NO_SUCH_MOVE, str(move.reverses))
        if any(one.reverses == move.reverses for one in moves):
            raise NotAdmitted(Reason.REVERSED, str(move.reverses))
    elif move.amount_minor <= 0:
        raise NotAdmitted(Reason.AMOUNT)
    if move.kind in {Kind.ADVANCE, Kind.CLAIM, Kind.RETURN} and not move.person:
        raise NotAdmitted(Reason.NO_PERSON)
    named = {
        Kind.EXPENSE: (move.line,),
        Kind.CLAIM: (move.line,),
        Kind.VIREMENT: (move.line, move.source),
    }.get(move.kind, ())
    for key in named:
        if key not in lines:
            raise NotAdmitted(Reason.NO_LINE, key)
    if move.kind is Kind.VIREMENT and move.line == move.source:
        raise NotAdmitted(Reason.SAME_LINE, move.line)


def admit(lines: Iterable[Line], moves: Iterable[Move], move: Move) -> None:
    """Return where the move may follow those that stand; NotAdmitted where a line or advance falls short."""
    admit_together(lines, moves, [move])


def admit_together(lines: Iterable[Line], moves: Iterable[Move], following: Iterable[Move]) -> None:
    """The same for several at once: what stands in between may fall short, what stands in the end may not."""
    budget, book = {one.key: one for one in lines}, list(moves)
    for move in following:
        _check_alone(budget, book, move)
        book.append(move)
    after = balances(budget.values(), book)
    for key in budget:
        if (left := after["budget", key] - after["line", key]) < 0:
            raise NotAdmitted(Reason.OVER_LINE, key, -left)
    for (kind, about), amount in sorted(after.items()):
        if kind == "advance" and amount < 0:
            raise NotAdmitted(Reason.OVER_ADVANCE, about, -amount)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a budget line stands."""

    line: Line
    moved_minor: int
    spent_minor: int

    @property
    def revised_minor(self) -> int:
        """The budget after virements."""
        return self.line.budget_minor + self.moved_minor

    @property
    def free_minor(self) -> int:
        """What may still be spent."""
        return self.revised_minor - self.spent_minor


def standings(lines: Iterable[Line], moves: Iterable[Move]) -> tuple[Standing, ...]:
    """How every line stands, in the order of the budget."""
    kept = tuple(lines)
    found = balances(kept, moves)
    return tuple(
        Standing(one, found["budget", one.key] - one.budget_minor, found["line", one.key]) for one in kept
    )


@dataclass(frozen=True, slots=True)
class Advance:
    """What a person still holds."""

    person: str
    amount_minor: int


def advances(moves: Iterable[Move]) -> tuple[Advance, ...]:
    """The advances that are still out, by name."""
    found = balances((), moves)
    return tuple(
        Advance(about, amount)
        for (kind, about), amount in sorted(found.items())
        if kind == "advance" and amount
    )
