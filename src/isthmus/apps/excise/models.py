"""What Excise knows. Each part of the house has its own models; Django finds them here."""

from isthmus.apps.excise.assessment.models import Assessment, AssessmentDraft, AssessmentStatement
from isthmus.apps.excise.events.models import EpcisEvent, EventItem
from isthmus.apps.excise.guarantees.models import Guarantee, GuaranteeReservation
from isthmus.apps.excise.ledger.models import (
    LedgerAccount,
    LedgerBalance,
    LedgerBook,
    LedgerEntry,
    LedgerPosting,
)
from isthmus.apps.excise.movements.models import (
    GateScan,
    Movement,
    MovementLine,
    MovementMessage,
    MovementSending,
)
from isthmus.apps.excise.permits.models import BondCount, ImportPermit, ImportQuota, PermitDraw
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
from isthmus.apps.excise.returns.models import DutyReturn, DutyReturnLine
from isthmus.apps.excise.stamps.models import (
    StampAct,
    StampBatch,
    StampDuty,
    StampHandover,
    StampKey,
    StampRequest,
    StampSeen,
    StampSheaf,
    StampWhereabouts,
)

__all__ = [
    "Assessment",
    "AssessmentDraft",
    "AssessmentStatement",
    "Authorisation",
    "AuthorisationKind",
    "BondCount",
    "DutyReturn",
    "DutyReturnLine",
    "EpcisEvent",
    "EventItem",
    "ExtractEntry",
    "ExtractSending",
    "GateScan",
    "Guarantee",
    "GuaranteeReservation",
    "ImportPermit",
    "ImportQuota",
    "LedgerAccount",
    "LedgerBalance",
    "LedgerBook",
    "LedgerEntry",
    "LedgerPosting",
    "Movement",
    "MovementLine",
    "MovementMessage",
    "MovementSending",
    "NumberSeries",
    "Operator",
    "OperatorKind",
    "OperatorState",
    "PermitDraw",
    "Product",
    "RegistryChange",
    "StampAct",
    "StampBatch",
    "StampDuty",
    "StampHandover",
    "StampKey",
    "StampRequest",
    "StampSeen",
    "StampSheaf",
    "StampWhereabouts",
    "Suspension",
    "TaxWarehouse",
]
