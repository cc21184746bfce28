"""The exchange's tables, by meaning: the log, the streams, the agreements, the alarms."""

from isthmus.exchange.models.agreements import Agreement, AgreementState, Decision, Party
from isthmus.exchange.models.alarms import Alarm
from isthmus.exchange.models.answers import KeptAnswer
from isthmus.exchange.models.log import Checkpoint, LogEntry, LogHead, LogNode, Sort, Token
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

__all__ = [
    "Agreement",
    "AgreementState",
    "Alarm",
    "Checkpoint",
    "Decision",
    "Desk",
    "Direction",
    "Effect",
    "KeptAnswer",
    "LogEntry",
    "LogHead",
    "LogNode",
    "Party",
    "Receipt",
    "Record",
    "Refusal",
    "Sort",
    "Stream",
    "StreamState",
    "Token",
    "Verdict",
]
