"""The record types of E-Trade, and the functions that send, receive, restore and erase each."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from isthmus.exchange.application import RecordType

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

_SERVICES = "isthmus.apps.etrade.services."
_MATCHING = "isthmus.apps.etrade.matching.services."


def _type(
    name: str, title: "_StrOrPromise", model: str, room: str, verb: str, samples: str, *, files: bool = False
) -> RecordType:
    """A type whose services are named alike: ``receive_x``, ``erase_x`` and ``restore_x`` of one room."""
    return RecordType(
        f"etrade.{name}",
        1,
        title,
        f"isthmus.apps.etrade.records:{model}",
        f"{_SERVICES}{room}:receive_{verb}",
        samples=f"isthmus.apps.etrade.queries.samples:{samples}",
        attachments=files,
        arrived=f"{_SERVICES}phytosanitary:compare_with_index" if files else "",
        erase=f"{_SERVICES}{room}:erase_{'event' if verb == 'response' else verb}",
        restored=f"{_SERVICES}{room}:restore_{verb}",
        numbered=f"{_SERVICES}publishing:take_number",
    )


RECORD_TYPES = (
    _type(
        "export-declaration",
        _("Export declaration"),
        "ExportDeclarationV1",
        "declarations",
        "declaration",
        "export_samples",
    ),
    _type(
        "import-declaration",
        _("Import declaration"),
        "ImportDeclarationV1",
        "declarations",
        "declaration",
        "import_samples",
    ),
    _type(
        "declaration-event",
        _("What happened to a declaration"),
        "DeclarationEventV1",
        "events",
        "event",
        "event_samples",
    ),
    _type(
        "import-response",
        _("What became of goods"),
        "ImportResponseV1",
        "events",
        "response",
        "response_samples",
    ),
    _type(
        "certificate-of-origin",
        _("Certificate of origin"),
        "CertificateOfOriginV1",
        "documents",
        "document",
        "origin_samples",
    ),
    _type(
        "certificate-utilisation",
        _("Use of a certificate of origin"),
        "CertificateUtilisationV1",
        "certificates",
        "utilisation",
        "use_samples",
    ),
    _type(
        "phytosanitary-certificate",
        _("Phytosanitary certificate"),
        "PhytosanitaryCertificateV1",
        "documents",
        "document",
        "phytosanitary_samples",
        files=True,
    ),
    _type("licence", _("Licence"), "LicenceV1", "documents", "document", "licence_samples"),
    _type(
        "vehicle-permit", _("Vehicle permit"), "VehiclePermitV1", "documents", "document", "permit_samples"
    ),
    _type("transit", _("Transit movement"), "TransitV1", "documents", "document", "transit_samples"),
    _type("manifest", _("Manifest"), "ManifestV1", "documents", "document", "manifest_samples"),
    _type("query", _("Question about a document"), "QueryV1", "questions", "query", "query_samples"),
    _type("answer", _("Answer to a question"), "AnswerV1", "questions", "answer", "answer_samples"),
    RecordType(
        "etrade.match-tokens",
        1,
        _("Keyed hashes to match"),
        "isthmus.apps.etrade.records:MatchTokensV1",
        f"{_MATCHING}answering:receive_tokens",
        samples="isthmus.apps.etrade.queries.samples:token_samples",
        erase=f"{_MATCHING}answering:erase_tokens",
        restored=f"{_MATCHING}asking:restore_tokens",
    ),
    RecordType(
        "etrade.match-hits",
        1,
        _("Keyed hashes that hit"),
        "isthmus.apps.etrade.records:MatchHitsV1",
        f"{_MATCHING}asking:receive_hits",
        samples="isthmus.apps.etrade.queries.samples:hit_samples",
        erase=f"{_MATCHING}asking:erase_hits",
        restored=f"{_MATCHING}answering:restore_hits",
    ),
)
