"""The E-Trade records that cross borders, one strict, frozen model for each type and version.

A published version never changes: its JSON Schema is committed under ``schemas/`` and compared by a test.
"""

from isthmus.apps.etrade.records.certificates import (
    CertificateNoteV1,
    CertificateOfOriginV1,
    CertificateUtilisationV1,
    OriginItemV1,
    PhytosanitaryCertificateV1,
    PlantItemV1,
    UsedItemV1,
)
from isthmus.apps.etrade.records.declarations import (
    DeclarationV1,
    ExportDeclarationV1,
    ImportDeclarationV1,
)
from isthmus.apps.etrade.records.events import DeclarationEventV1, ImportResponseV1
from isthmus.apps.etrade.records.journeys import ConsignmentV1, ManifestV1, TransitItemV1, TransitV1
from isthmus.apps.etrade.records.matching import MAX_TOKENS, MatchHitsV1, MatchTokensV1
from isthmus.apps.etrade.records.parts import (
    MAX_CONTAINERS,
    MAX_ITEMS,
    DeclaredItemV1,
    ImportedItemV1,
    ImportMatchBlockV1,
    MatchBlockV1,
    title_of,
)
from isthmus.apps.etrade.records.permits import LicenceV1, LicensedItemV1, VehiclePermitV1
from isthmus.apps.etrade.records.questions import AnswerV1, QueryV1

TradeRecord = (
    ExportDeclarationV1
    | ImportDeclarationV1
    | DeclarationEventV1
    | CertificateOfOriginV1
    | PhytosanitaryCertificateV1
    | LicenceV1
    | VehiclePermitV1
    | TransitV1
    | ManifestV1
)
"""What a document of a national system can be read as."""


def subject_of(record: TradeRecord) -> str:
    """The number of the declaration or document that a record is about."""
    if isinstance(record, DeclarationV1 | DeclarationEventV1):
        return record.declaration_number
    return record.number


__all__ = [
    "MAX_CONTAINERS",
    "MAX_ITEMS",
    "MAX_TOKENS",
    "AnswerV1",
    "CertificateNoteV1",
    "CertificateOfOriginV1",
    "CertificateUtilisationV1",
    "ConsignmentV1",
    "DeclarationEventV1",
    "DeclarationV1",
    "DeclaredItemV1",
    "ExportDeclarationV1",
    "ImportDeclarationV1",
    "ImportMatchBlockV1",
    "ImportResponseV1",
    "ImportedItemV1",
    "LicenceV1",
    "LicensedItemV1",
    "ManifestV1",
    "MatchBlockV1",
    "MatchHitsV1",
    "MatchTokensV1",
    "OriginItemV1",
    "PhytosanitaryCertificateV1",
    "PlantItemV1",
    "QueryV1",
    "TradeRecord",
    "TransitItemV1",
    "TransitV1",
    "UsedItemV1",
    "VehiclePermitV1",
    "subject_of",
    "title_of",
]
