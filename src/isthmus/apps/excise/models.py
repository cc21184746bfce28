"""What Excise knows. Each part of the house has its own models; Django finds them here."""

from isthmus.apps.excise.ledger.models import (
    LedgerAccount,
    LedgerBalance,
    LedgerBook,
    LedgerEntry,
    LedgerPosting,
)
from isthmus.apps.excise.registry.models import (
    Authorisation,
    AuthorisationKind,
    ExtractEntry,
    ExtractSending,
    NumberSeries,
    Operator,
    OperatorKind,
    OperatorState,
    Product,
    RegistryChange,
    Suspension,
    TaxWarehouse,
)

__all__ = [
    "Authorisation",
    "AuthorisationKind",
    "ExtractEntry",
    "ExtractSending",
    "LedgerAccount",
    "LedgerBalance",
    "LedgerBook",
    "LedgerEntry",
    "LedgerPosting",
    "NumberSeries",
    "Operator",
    "OperatorKind",
    "OperatorState",
    "Product",
    "RegistryChange",
    "Suspension",
    "TaxWarehouse",
]
