"""The exchange's tables, by meaning: log, witnesses, streams, agreements, files, erasures, alarms."""

from isthmus.exchange.models.agreements import Agreement, AgreementState, Decision, Party
from isthmus.exchange.models.alarms import Alarm
from isthmus.exchange.models.answers import KeptAnswer
from isthmus.exchange.models.attachments import Attachment, AttachmentState, Carriage, Chunk, Naming
from isthmus.exchange.models.countersignatures import Countersignature
from isthmus.exchange.models.erasures import Erased, ErasureGround, Tombstone
from isthmus.exchange.models.log import Checkpoint, LogEntry, LogHead, Sort, Standing, Token
from isthmus.exchange.models.recovery import (
    AskedBack,
    AskedFiles,
    Claim,
    Held,
    Offer,
    OfferKind,
    OfferState,
    OwnVerdict,
    Restoration,
    Superseded,
)
from isthmus.exchange.models.streams import (
    Desk,
    Direction,
    Effect,
    Receipt,
    Record,
    Refusal,
    Stream,
    StreamState,
    Verdict,
)
from isthmus.exchange.models.subjects import SubjectKey
from isthmus.exchange.models.witness import Cosignature, LogHistory, LogSplit, Witnessed

__all__ = [
    "Agreement",
    "AgreementState",
    "Alarm",
    "AskedBack",
    "AskedFiles",
    "Attachment",
    "AttachmentState",
    "Carriage",
    "Checkpoint",
    "Chunk",
    "Claim",
    "Cosignature",
    "Countersignature",
    "Decision",
    "Desk",
    "Direction",
    "Effect",
    "Erased",
    "ErasureGround",
    "Held",
    "KeptAnswer",
    "LogEntry",
    "LogHead",
    "LogHistory",
    "LogSplit",
    "Naming",
    "Offer",
    "OfferKind",
    "OfferState",
    "OwnVerdict",
    "Party",
    "Receipt",
    "Record",
    "Refusal",
    "Restoration",
    "Sort",
    "Standing",
    "Stream",
    "StreamState",
    "SubjectKey",
    "Superseded",
    "Token",
    "Tombstone",
    "Verdict",
    "Witnessed",
]
