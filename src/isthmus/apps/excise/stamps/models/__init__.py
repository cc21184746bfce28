"""What stamps are kept in."""

from isthmus.apps.excise.stamps.models.indications import (
    IndicationKind,
    IndicationSource,
    StampIndication,
)
from isthmus.apps.excise.stamps.models.issuing import (
    MOST_STAMPS,
    Proof,
    RequestState,
    StampBatch,
    StampDuty,
    StampKey,
    StampKeyKind,
    StampRequest,
    StampSeen,
    StampSheaf,
    StampWhereabouts,
)
from isthmus.apps.excise.stamps.models.moving import (
    ACT_WORDS,
    CrossingState,
    HandoverState,
    StampAct,
    StampCrossing,
    StampHandover,
)

__all__ = [
    "ACT_WORDS",
    "MOST_STAMPS",
    "CrossingState",
    "HandoverState",
    "IndicationKind",
    "IndicationSource",
    "Proof",
    "RequestState",
    "StampAct",
    "StampBatch",
    "StampCrossing",
    "StampDuty",
    "StampHandover",
    "StampIndication",
    "StampKey",
    "StampKeyKind",
    "StampRequest",
    "StampSeen",
    "StampSheaf",
    "StampWhereabouts",
]
