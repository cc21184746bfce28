"""The states of a movement, and the table of what moves it from one to another, and by whom.

The vocabulary is that of EMCS (Commission Regulation (EC) No 684/2009 and its successors); where its
functional specification leaves a choice, the stricter one is taken.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a movement stands. Delay is no state: it is an open movement past its last day."""

    UNKNOWN = "unknown"
    """Something was said about it, but its document is not here yet."""
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"
    DIVERTED = "diverted"
    ALERTED = "alerted"
    REJECTED = "rejected"
    SPLIT = "split"
    EXPORTING = "exporting"
    CUSTOMS_REFUSED = "customs-refused"
    DELIVERED = "delivered"
    EXPORTED = "exported"
    REFUSED = "refused"
    PARTIALLY_REFUSED = "partially-refused"
    INTERRUPTED = "interrupted"
    LOST = "lost"
    CLOSED = "closed"


class Kind(StrEnum):
    """What can be said about a movement; the number of the EMCS message stands beside it."""

    ACCEPT = "accept"  # 801
    CANCEL = "cancel"  # 810
    CHANGE = "change-of-destination"  # 813
    SPLIT = "split"  # 825
    ALERT = "alert"  # 819
    REJECT = "reject"  # 819 with its flag
    DELAY = "delay-explanation"  # 837
    CUSTOMS_ACCEPT = "customs-accept"  # 829
    CUSTOMS_REFUSE = "customs-refuse"  # 839
    RECEIVE = "receive"  # 818, conclusions 1 and 2
    EXIT = "exit"  # 818, conclusions 21, 22
    REFUSE = "refuse"  # 818, conclusion 3 or 23
    REFUSE_PART = "refuse-part"  # 818, conclusion 4
    EVENT = "event-report"  # 840
    SHORTAGE = "shortage-explanation"  # 871
    INTERRUPT = "interrupt"  # 807
    LOSE = "total-loss"  # an event that an officer found to be a total loss
    REMIND = "reminder"  # 802
    CLOSE = "close"  # 881: closed by hand


class Party(StrEnum):
    """Who speaks."""

    CONSIGNOR = "consignor"
    CONSIGNEE = "consignee"
    DISPATCH_OFFICE = "dispatch-office"
    DESTINATION_OFFICE = "destination-office"
    CUSTOMS = "customs"


S, K, P = State, Kind, Party

ON_THE_ROAD = frozenset({S.ACCEPTED, S.DIVERTED, S.ALERTED, S.EXPORTING})
WAITING_FOR_THE_CONSIGNOR = frozenset({S.REJECTED, S.CUSTOMS_REFUSED, S.REFUSED, S.PARTIALLY_REFUSED})
OPEN = ON_THE_ROAD | WAITING_FOR_THE_CONSIGNOR | {S.UNKNOWN, S.INTERRUPTED}
FINAL = frozenset(State) - OPEN
DISCHARGED = frozenset({S.CANCELLED, S.SPLIT, S.DELIVERED, S.EXPORTED, S.CLOSED})
"""States in which the guarantee of the movement is free again. A loss is decided on first."""

_OFFICES = frozenset({P.DISPATCH_OFFICE, P.DESTINATION_OFFICE})


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: ``kind`` by one of ``by`` in one of ``before`` leads to ``after``; None leaves the state."""

    kind: Kind
    by: frozenset[Party]
    before: frozenset[State]
    after: State | None


def _row(
    kind: Kind, by: Party | frozenset[Party], before: frozenset[State], after: State | None
) -> Transition:
    return Transition(kind, by if isinstance(by, frozenset) else frozenset({by}), before, after)


_CHANGEABLE = (ON_THE_ROAD - {S.EXPORTING}) | WAITING_FOR_THE_CONSIGNOR
_ANY = frozenset(State) - {S.UNKNOWN}

TABLE = (
    _row(K.ACCEPT, P.DISPATCH_OFFICE, frozenset({S.UNKNOWN}), S.ACCEPTED),
    _row(K.CANCEL, P.CONSIGNOR, frozenset({S.ACCEPTED, S.REJECTED, S.CUSTOMS_REFUSED}), S.CANCELLED),
    _row(K.CHANGE, P.CONSIGNOR, _CHANGEABLE, S.DIVERTED),
    _row(K.SPLIT, P.CONSIGNOR, _CHANGEABLE - {S.PARTIALLY_REFUSED}, S.SPLIT),
    _row(K.ALERT, P.CONSIGNEE, frozenset({S.ACCEPTED, S.DIVERTED}), S.ALERTED),
    _row(K.REJECT, P.CONSIGNEE, ON_THE_ROAD - {S.EXPORTING}, S.REJECTED),
    _row(K.CUSTOMS_ACCEPT, P.CUSTOMS, frozenset({S.ACCEPTED, S.DIVERTED, S.CUSTOMS_REFUSED}), S.EXPORTING),
    _row(K.CUSTOMS_REFUSE, P.CUSTOMS, ON_THE_ROAD, S.CUSTOMS_REFUSED),
    _row(K.RECEIVE, frozenset({P.CONSIGNEE, P.CUSTOMS}), ON_THE_ROAD, S.DELIVERED),
    _row(K.EXIT, P.CUSTOMS, ON_THE_ROAD, S.EXPORTED),
    _row(K.REFUSE, frozenset({P.CONSIGNEE, P.CUSTOMS}), ON_THE_ROAD, S.REFUSED),
    _row(K.REFUSE_PART, P.CONSIGNEE, ON_THE_ROAD, S.PARTIALLY_REFUSED),
    _row(K.INTERRUPT, _OFFICES, OPEN - {S.UNKNOWN, S.INTERRUPTED}, S.INTERRUPTED),
    _row(K.LOSE, _OFFICES, OPEN - {S.UNKNOWN}, S.LOST),
    _row(K.CLOSE, P.DISPATCH_OFFICE, OPEN - {S.UNKNOWN} | {S.LOST}, S.CLOSED),
    _row(K.DELAY, frozenset({P.CONSIGNOR, P.CONSIGNEE}), OPEN - {S.UNKNOWN, S.INTERRUPTED}, None),
    _row(K.EVENT, _OFFICES, _ANY, None),
    _row(
        K.SHORTAGE,
        frozenset({P.CONSIGNOR, P.CONSIGNEE}),
        frozenset({S.DELIVERED, S.EXPORTED, S.PARTIALLY_REFUSED}),
        None,
    ),
    _row(K.REMIND, _OFFICES, OPEN - {S.UNKNOWN}, None),
)
BY_KIND = {row.kind: row for row in TABLE}
