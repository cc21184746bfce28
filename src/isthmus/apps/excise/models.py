"""What Excise knows. Each part of the house has its own models; Django finds them here."""

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
    "NumberSeries",
    "Operator",
    "OperatorKind",
    "OperatorState",
    "Product",
    "RegistryChange",
    "Suspension",
    "TaxWarehouse",
]
