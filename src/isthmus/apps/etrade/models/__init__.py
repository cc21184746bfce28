"""What E-Trade knows: source documents, declarations, trade documents, questions, and what was sent."""

from isthmus.apps.etrade.cases.models import (
    Calibration,
    Case,
    Compared,
    Corridor,
    Decision,
    Link,
    Side,
)
from isthmus.apps.etrade.matching.models import MatchRound, MatchToken
from isthmus.apps.etrade.models.declarations import (
    Declaration,
    DeclarationEvent,
    Direction,
    Happened,
    OtherVersion,
    State,
)
from isthmus.apps.etrade.models.documents import (
    DOCUMENT_MODELS,
    DocumentRecord,
    DocumentState,
    Draw,
    Kind,
    Outcome,
    Statement,
    TradeDocument,
    Utilisation,
)
from isthmus.apps.etrade.models.mappings import Mapping, Source, SourceKind
from isthmus.apps.etrade.models.questions import Answer, AnswerOutcome, Query
from isthmus.apps.etrade.models.sendings import Sending
from isthmus.apps.etrade.models.sources import DocumentVerdict, Origin, SourceDocument
from isthmus.apps.etrade.reference.models import (
    DutyRate,
    ExchangeRate,
    HsCode,
    HsSection,
    Place,
    ReferenceFile,
    UnitName,
)
from isthmus.apps.etrade.targets.models import Push, PushState, Target, TargetForm, TargetKind

__all__ = [
    "DOCUMENT_MODELS",
    "Answer",
    "AnswerOutcome",
    "Calibration",
    "Case",
    "Compared",
    "Corridor",
    "Decision",
    "Declaration",
    "DeclarationEvent",
    "Direction",
    "DocumentRecord",
    "DocumentState",
    "DocumentVerdict",
    "Draw",
    "DutyRate",
    "ExchangeRate",
    "Happened",
    "HsCode",
    "HsSection",
    "Kind",
    "Link",
    "Mapping",
    "MatchRound",
    "MatchToken",
    "Origin",
    "OtherVersion",
    "Outcome",
    "Place",
    "Push",
    "PushState",
    "Query",
    "ReferenceFile",
    "Sending",
    "Side",
    "Source",
    "SourceDocument",
    "SourceKind",
    "State",
    "Statement",
    "Target",
    "TargetForm",
    "TargetKind",
    "TradeDocument",
    "UnitName",
    "Utilisation",
]
