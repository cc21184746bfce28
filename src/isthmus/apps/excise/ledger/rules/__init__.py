"""What holds of every entry in any unit: it balances, it is chained, nothing guarded is overdrawn."""

from isthmus.apps.excise.ledger.rules.chain import Break, Sealed, first_break, seal
from isthmus.apps.excise.ledger.rules.entries import (
    LARGEST,
    AccountKey,
    Chart,
    Draft,
    Fault,
    Move,
    RoleSpec,
    faults_of,
    opposite,
)
from isthmus.apps.excise.ledger.rules.overdraft import Shortfall, net, shortfalls

__all__ = [
    "LARGEST",
    "AccountKey",
    "Break",
    "Chart",
    "Draft",
    "Fault",
    "Move",
    "RoleSpec",
    "Sealed",
    "Shortfall",
    "faults_of",
    "first_break",
    "net",
    "opposite",
    "seal",
    "shortfalls",
]
