"""The desk for programs: what happened to declarations, trade documents with what is left, questions."""

from datetime import date
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from ninja import Query as Asking
from ninja.responses import Status
from pydantic import Field

from isthmus.accounts.api import TokenRequest, organisation_of
from isthmus.accounts.policy import require, visible
from isthmus.apps.etrade import services
from isthmus.apps.etrade.api_fields import Identifier, seen
from isthmus.apps.etrade.models import (
    AnswerOutcome,
    Declaration,
    DeclarationEvent,
    DocumentState,
    Happened,
    Kind,
    Origin,
    Query,
    State,
    TradeDocument,
)
from isthmus.apps.etrade.queries import certificates, licences
from isthmus.exchange.api.fields import Leaf, Moment, NodeId, Shown, StrictBody, Text, TypeKey
from isthmus.exchange.api.paging import Paged, take_page
from isthmus.exchange.api.routes import Routes

DECLARATIONS = "etrade.declaration.view"
MARK = "etrade.arrival.mark"
DOCUMENTS = "etrade.document.view"
STATE = "etrade.document.state"
SEND = "etrade.document.send"
DECIDE = "etrade.document.decide"
QUESTIONS = "etrade.query.view"
WRITE = "etrade.query.write"
router = Routes("e-trade desk")

ShortText = Annotated[Text, Field(min_length=1, max_length=70)]
LongText = Annotated[Text, Field(min_length=1, max_length=512)]
Prose = Annotated[Text, Field(min_length=1, max_length=4000)]


class EventShown(Shown):
    """What one side says happened to a declaration."""

    event: Happened
    said_by: NodeId | None = Field(description="The partner that said so; null for this node.")
    version: int | None
    occurred_at: Moment | None = Field(description="When it happened, where that was said.")
    received_at: Moment
    leaf: Leaf | None = Field(description="The record that brought it; null for what was said here.")


class History(Shown):
    """Where a declaration stands, and what was said about it, in the order in which it came."""

    state: State
    version: int
    other_versions: list[int] = Field(description="Versions that are kept beside the newest one.")
    events: list[EventShown]


class Response(StrictBody):
    """What became of goods that a partner exported to this country."""

    outcome: Literal["received", "matched", "unmatched", "arrived", "held", "released"]
    import_number: ShortText | None = None
    place: ShortText | None = None
    reason: LongText | None = None


def _event(row: DeclarationEvent) -> EventShown:
    return EventShown(
        event=Happened(row.event),
        said_by=row.said_by or None,
        version=row.version,
        occurred_at=row.occurred_at,
        received_at=row.received_at,
        leaf=row.leaf or None,
    )


def _history(row: Declaration) -> History:
    versions = row.other_versions.order_by("version").values_list("version", flat=True)
    return History(
        state=State(row.state),
        version=row.version,
        other_versions=list(versions),
        events=[_event(event) for event in row.events.all()],
    )


@router.get("/declarations/{declaration}/history", response=History, summary="Read a declaration's history")
def read_history(request: TokenRequest, declaration: Identifier) -> History:
    """Where a declaration stands and what both sides said happened to it."""
    return _history(seen(request, DECLARATIONS, Declaration.objects.all(), declaration))


@router.post(
    "/declarations/{declaration}/responses", response={201: History}, summary="Say what became of goods"
)
def respond_to_declaration(
    request: TokenRequest, declaration: Identifier, asked: Response
) -> Status[History]:
    """Mark a partner's export as matched, arrived, held or released; the partner is told."""
    row = seen(request, DECLARATIONS, Declaration.objects.all(), declaration)
    require(request.actor, MARK, row)
    services.respond(
        row,
        asked.outcome,
        actor=request.actor.label,
        import_number=asked.import_number,
        place=asked.place,
        reason=asked.reason,
    )
    row.refresh_from_db()
    return Status(201, _history(row))


class DocumentRow(Shown):
    """A certificate, licence, permit, movement or manifest at a glance."""

    id: int
    kind: Kind
    number: str
    origin: Origin
    partner: NodeId | None = Field(description="The partner that issued it; null for one issued here.")
    state: DocumentState
    version: int
    party: str = Field(description="Exporter, holder, operator, principal or carrier, or empty.")
    valid_until: date | None


class Left(Shown):
    """What is left of one line; null where it sets no limit."""

    line: int
    quantity: str | None = Field(description="A decimal as text; negative where more was taken.")
    unit: str | None
    over: bool = Field(description="Whether more was taken than allowed or certified.")


class DocumentWhole(DocumentRow):
    """A document with everything that its issuer's newest statement says, and what is left of it."""

    body: dict[str, Any]
    left: list[Left] = Field(description="For licences and certificates of origin; else empty.")


class DocumentRows(Shown):
    """A page of documents, newest first."""

    items: list[DocumentRow]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class DocumentFilters(Paged):
    """Which documents to list; every filter given must fit."""

    kind: Kind | None = None
    origin: Origin | None = None
    partner: NodeId | None = None
    state: DocumentState | None = None
    number: Annotated[ShortText, Field(description="The number, in full.")] | None = None


def _row(row: TradeDocument) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "number": row.number,
        "origin": row.origin,
        "partner": row.partner or None,
        "state": row.state,
        "version": row.version,
        "party": row.party,
        "valid_until": row.valid_until,
    }


def _left(row: TradeDocument) -> list[Left]:
    if row.kind == Kind.LICENCE:
        return [
            Left(
                line=one.line.number,
                quantity=None if one.quantity_left is None else f"{one.quantity_left.normalize():f}",
                unit=one.line.unit,
                over=one.overdrawn,
            )
            for one in licences.balances_of(row)
        ]
    if row.kind == Kind.CERTIFICATE_OF_ORIGIN:
        return [
            Left(
                line=one.line.number,
                quantity=None if one.left is None else f"{one.left.normalize():f}",
                unit=one.line.unit,
                over=one.over,
            )
            for one in certificates.balances_of(row)
        ]
    return []


@router.get("/trade-documents", response=DocumentRows, summary="List trade documents")
def list_trade_documents(request: TokenRequest, asked: Asking[DocumentFilters]) -> DocumentRows:
    """Certificates, licences, permits, movements and manifests of both sides, newest first."""
    require(request.actor, DOCUMENTS)
    wanted = {name: getattr(asked, name) for name in ("kind", "origin", "partner", "state", "number")}
    filters = {name: value for name, value in wanted.items() if value is not None}
    rows: QuerySet[TradeDocument] = visible(request.actor, DOCUMENTS, TradeDocument.objects.all())
    page, following = take_page(rows.filter(**filters), asked)
    return DocumentRows(items=[DocumentRow.model_validate(_row(row)) for row in page], next=following)


@router.get("/trade-documents/{document}", response=DocumentWhole, summary="Read a trade document")
def read_trade_document(request: TokenRequest, document: Identifier) -> DocumentWhole:
    """One document with its body and, for licences and certificates of origin, what is left of it."""
    row = seen(request, DOCUMENTS, TradeDocument.objects.all(), document)
    return _whole(row)


class Issued(StrictBody):
    """A document of this node, as its record."""

    type: TypeKey
    body: dict[str, Any] = Field(description="The record, as its published schema has it.")
    to: NodeId | None = Field(None, description="A partner to whom it is sent in the same moment.")


class Next(StrictBody):
    """What came next of a document: its record with a higher version."""

    body: dict[str, Any] = Field(description="The record, as its published schema has it.")


def _whole(row: TradeDocument) -> DocumentWhole:
    return DocumentWhole.model_validate({**_row(row), "body": row.body, "left": _left(row)})


@router.post(
    "/trade-documents",
    response={200: DocumentWhole, 201: DocumentWhole},
    summary="State a trade document",
)
def state_trade_document(request: TokenRequest, asked: Issued) -> Status[DocumentWhole]:
    """State a certificate, licence, permit, movement or manifest of this node, or its next version.

    Partners that have the document are told. What was stated before is answered with 200.
    """
    require(request.actor, STATE)
    if asked.to is not None:
        require(request.actor, SEND)
    organisation = organisation_of(request.actor)
    kind = services.kind_of_type(asked.type)
    stated = services.state_new(kind, asked.body, organisation, actor=request.actor.label, to=asked.to or "")
    row = TradeDocument.objects.get(pk=stated.statement.document_id)
    return Status(201 if stated.is_new else 200, _whole(row))


@router.post(
    "/trade-documents/{document}/statements",
    response={200: DocumentWhole, 201: DocumentWhole},
    summary="State what came next of a trade document",
)
def state_what_came_next(request: TokenRequest, document: Identifier, asked: Next) -> Status[DocumentWhole]:
    """Amend or cancel an own document, or state where a partner's movement is; partners are told."""
    row = seen(request, DOCUMENTS, TradeDocument.objects.select_related("organisation"), document)
    require(request.actor, STATE if row.origin == Origin.OWN else DECIDE, row)
    stated = services.state_next(row, asked.body, actor=request.actor.label)
    row.refresh_from_db()
    return Status(201 if stated.is_new else 200, _whole(row))


class AnswerShown(Shown):
    """One signed answer."""

    number: str
    outcome: AnswerOutcome
    answer: str
    answered_at: Moment


class QuestionShown(Shown):
    """A question between this node and a partner, with its answers."""

    id: int
    number: str
    origin: Origin = Field(description="`own` was asked here, `partner` asks this node.")
    partner: NodeId
    about: str
    reference: str
    question: str
    due_on: date | None
    asked_at: Moment
    answers: list[AnswerShown]


class QuestionPage(Shown):
    """A page of questions, newest first."""

    items: list[QuestionShown]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class QuestionFilters(Paged):
    """Which questions to list; every filter given must fit."""

    origin: Origin | None = None
    partner: NodeId | None = None


class Question(StrictBody):
    """A question to the partner from whom a declaration came."""

    question: Prose
    due_on: Annotated[date, Field(strict=False)] | None = None


class AnswerGiven(StrictBody):
    """An answer to a partner's question."""

    outcome: Literal["confirmed", "corrected", "not-found", "declined", "explained"]
    answer: Prose


def question_shown(row: Query) -> QuestionShown:
    """A question with its answers, as programs see it."""
    answers = [
        AnswerShown(
            number=one.number,
            outcome=AnswerOutcome(one.outcome),
            answer=one.answer,
            answered_at=one.answered_at,
        )
        for one in row.answers.all()
    ]
    return QuestionShown(
        id=row.pk,
        number=row.number,
        origin=Origin(row.origin),
        partner=row.partner,
        about=row.about,
        reference=row.reference,
        question=row.question,
        due_on=row.due_on,
        asked_at=row.asked_at,
        answers=answers,
    )


@router.get("/questions", response=QuestionPage, summary="List questions")
def list_questions(request: TokenRequest, asked: Asking[QuestionFilters]) -> QuestionPage:
    """What was asked here and what partners ask, with the answers, newest first."""
    require(request.actor, QUESTIONS)
    wanted = {"origin": asked.origin, "partner": asked.partner}
    filters = {name: value for name, value in wanted.items() if value is not None}
    rows = visible(request.actor, QUESTIONS, Query.objects.prefetch_related("answers"))
    page, following = take_page(rows.filter(**filters), asked)
    return QuestionPage(items=[question_shown(row) for row in page], next=following)


@router.get("/questions/{question}", response=QuestionShown, summary="Read a question")
def read_question(request: TokenRequest, question: Identifier) -> QuestionShown:
    """One question with its answers."""
    return question_shown(seen(request, QUESTIONS, Query.objects.prefetch_related("answers"), question))


@router.post(
    "/declarations/{declaration}/questions", response={201: QuestionShown}, summary="Ask about a declaration"
)
def ask_about_declaration(
    request: TokenRequest, declaration: Identifier, asked: Question
) -> Status[QuestionShown]:
    """Ask the partner from whom an export or import declaration came; the question is signed."""
    rows = Declaration.objects.select_related("organisation").filter(origin=Origin.PARTNER)
    row = seen(request, DECLARATIONS, rows, declaration)
    require(request.actor, WRITE, row)
    made = services.ask(row, row.partner, asked.question, actor=request.actor.label, due_on=asked.due_on)
    return Status(201, question_shown(made))


@router.post("/questions/{question}/answers", response={201: QuestionShown}, summary="Answer a question")
def answer_question(request: TokenRequest, question: Identifier, asked: AnswerGiven) -> Status[QuestionShown]:
    """Answer a partner's question; the answer is signed."""
    row = seen(request, QUESTIONS, Query.objects.select_related("organisation", "declaration"), question)
    require(request.actor, WRITE, row)
    services.answer(row, asked.outcome, asked.answer, actor=request.actor.label)
    return Status(201, question_shown(Query.objects.get(pk=row.pk)))
