"""Questions to partners about one declaration or document, and the signed answers."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.etrade.cases.services.following import take_answer
from isthmus.apps.etrade.models import Answer, Declaration, Origin, Query, TradeDocument
from isthmus.apps.etrade.records import AnswerV1, ImportMatchBlockV1, QueryV1
from isthmus.apps.etrade.services.publishing import note_restored, publish_thing
from isthmus.exchange import queries as exchange
from isthmus.exchange.handlers import Erasing, Received
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, Refused
from isthmus.kit.ids import uuid7

QUERY = "etrade.query/1"
ANSWER = "etrade.answer/1"


@transaction.atomic
def ask(
    subject: Declaration | TradeDocument,
    partner: str,
    question: str,
    *,
    actor: str,
    due_on: date | None = None,
    case: str | None = None,
    reason: str | None = None,
    figures: ImportMatchBlockV1 | None = None,
) -> Query:
    """Ask a partner about one declaration or document; the question is signed and sent.

    Refused where no agreement lets queries go to that partner.
    """
    declared = isinstance(subject, Declaration)
    about = f"{subject.direction}-declaration" if isinstance(subject, Declaration) else subject.kind
    row = Query.objects.create(
        origin=Origin.OWN,
        partner=partner,
        organisation_id=subject.organisation_id,
        number=str(uuid7()),
        about=about,
        reference=subject.number,
        case=case or "",
        question=question,
        due_on=due_on,
        declaration=subject if isinstance(subject, Declaration) else None,
        document=None if isinstance(subject, Declaration) else subject,
        asked_by=actor,
        asked_at=clock.now(),
        body={},
    )
    row.number = f"{exchange.me().upper()}-Q-{row.pk}"
    body = QueryV1(
        number=row.number,
        about=about,  # type: ignore[arg-type]  # the model itself refuses what is no kind
        reference=subject.number,
        issued_by="sender" if subject.origin == Origin.OWN else "receiver",
        case=case,
        reason=reason,
        question=question,
        due_on=due_on.isoformat() if due_on else None,
        asked_by=_office(subject),
        figures=figures or (_figures(subject) if declared else ImportMatchBlockV1()),
    )
    row.body = body.model_dump(mode="json")
    row.save(update_fields=["number", "body"])
    audit.note("etrade.query-asked", actor=actor, subject=row.number, detail={"about": subject.number})
    publish_thing(row, QUERY, body, row.number, row.organisation_id, [partner])
    return row


def _office(subject: Declaration | TradeDocument | Query) -> str | None:
    return subject.organisation.name[:70] if subject.organisation is not None else None


def _figures(subject: Declaration | TradeDocument) -> ImportMatchBlockV1:
    """The match block of a declaration of this node; nothing of what the partner stated itself."""
    if isinstance(subject, Declaration) and subject.origin == Origin.OWN:
        return ImportMatchBlockV1.model_validate_json(subject.record.match.model_dump_json())
    return ImportMatchBlockV1()


def receive_query(received: Received) -> None:
    """Handler of ``etrade.query/1``: an officer of a partner asks about one declaration or document."""
    body: QueryV1 = received.body
    sender = received.record.sender
    declaration, document = _subject(body, sender)
    found = declaration or document
    Query.objects.create(
        origin=Origin.PARTNER,
        partner=sender,
        organisation_id=(found.organisation_id if found else None) or received.organisation_id,
        number=body.number,
        about=body.about,
        reference=body.reference,
        case=body.case or "",
        question=body.question,
        due_on=date.fromisoformat(body.due_on) if body.due_on else None,
        declaration=declaration,
        document=document,
        asked_at=received.record.issued,
        leaf=received.leaf,
        body=body.model_dump(mode="json"),
    )


def _subject(body: QueryV1, sender: str) -> tuple[Declaration | None, TradeDocument | None]:
    """What the question is about, as far as it is here and between these two nodes."""
    own = body.issued_by != "sender"
    kind, _dash, sort = body.about.partition("-")
    origin = {"origin": Origin.OWN, "partner": ""} if own else {"origin": Origin.PARTNER, "partner": sender}
    if sort == "declaration":
        rows = Declaration.objects.filter(direction=kind, number=body.reference, **origin)
        return rows.order_by("id").first(), None
    return None, TradeDocument.objects.filter(kind=body.about, number=body.reference, **origin).first()


@transaction.atomic
def answer(
    query: Query,
    outcome: str,
    text: str,
    *,
    actor: str,
    figures: ImportMatchBlockV1 | None = None,
) -> Answer:
    """Answer a partner's question; the answer is signed and sent.

    Conflict ``etrade.not-theirs`` for a question of this node; Refused where no agreement covers answers.
    """
    if query.origin != Origin.PARTNER:
        raise Conflict(
            "etrade.not-theirs",
            _("%(number)s was asked here: the partner answers it.") % {"number": query.number},
        )
    query = Query.objects.select_for_update().get(pk=query.pk)
    moment = clock.now()
    number = f"{exchange.me().upper()}-A-{query.pk}-{query.answers.count() + 1}"
    body = AnswerV1(
        number=number,
        query_number=query.number,
        outcome=outcome,  # type: ignore[arg-type]  # the model itself refuses what is no outcome
        answer=text,
        answered_by=_office(query),
        figures=figures or (_figures(query.declaration) if query.declaration else ImportMatchBlockV1()),
    )
    made = Answer.objects.create(
        query=query,
        number=number,
        outcome=outcome,
        answer=text,
        answered_by=actor,
        answered_at=moment,
        body=body.model_dump(mode="json"),
    )
    query.answered_at = moment
    query.save(update_fields=["answered_at"])
    audit.note("etrade.query-answered", actor=actor, subject=query.number, detail={"outcome": outcome})
    publish_thing(made, ANSWER, body, query.number, query.organisation_id, [query.partner])
    return made


def receive_answer(received: Received) -> None:
    """Handler of ``etrade.answer/1``. Refused ``etrade.no-query`` for an answer to what was not asked."""
    body: AnswerV1 = received.body
    query = Query.objects.select_for_update().filter(
        origin=Origin.OWN, partner=received.record.sender, number=body.query_number
    )
    asked = query.first()
    if asked is None:
        raise Refused(
            "etrade.no-query",
            _("%(number)s was not asked here.") % {"number": body.query_number},
            next_step=_(
                "Where the query was lost with an older state, run the record again once it is back."
            ),
        )
    Answer.objects.create(
        query=asked,
        number=body.number,
        outcome=body.outcome,
        answer=body.answer,
        answered_by=body.answered_by or "",
        answered_at=received.record.issued,
        leaf=received.leaf,
        body=body.model_dump(mode="json"),
    )
    asked.answered_at = received.record.issued
    asked.save(update_fields=["answered_at"])
    take_answer(asked, body.answered_by or asked.partner)


def restore_query(received: Received) -> None:
    """A question that this node asked and lost came back: it was asked, and its answers find it again."""
    body: QueryV1 = received.body
    partner = received.record.receiver
    row = Query.objects.filter(origin=Origin.OWN, partner=partner, number=body.number).first()
    if row is None:
        row = Query.objects.create(
            origin=Origin.OWN,
            partner=partner,
            organisation_id=received.organisation_id,
            number=body.number,
            about=body.about,
            reference=body.reference,
            case=body.case or "",
            question=body.question,
            due_on=date.fromisoformat(body.due_on) if body.due_on else None,
            asked_at=received.record.issued,
            body=body.model_dump(mode="json"),
        )
    note_restored(row, partner, received.leaf, received.record.issued)


def restore_answer(received: Received) -> None:
    """An answer that this node gave and lost came back. Refused where its question has not come back yet."""
    body: AnswerV1 = received.body
    partner = received.record.receiver
    query = Query.objects.filter(origin=Origin.PARTNER, partner=partner, number=body.query_number).first()
    if query is None:
        raise Refused(
            "etrade.no-query",
            _("%(number)s was not asked here.") % {"number": body.query_number},
            next_step=_("Run the record again once the partner has given the query back."),
        )
    made, _new = Answer.objects.get_or_create(
        query=query,
        number=body.number,
        defaults={
            "outcome": body.outcome,
            "answer": body.answer,
            "answered_at": received.record.issued,
            "body": body.model_dump(mode="json"),
        },
    )
    if query.answered_at is None:
        query.answered_at = received.record.issued
        query.save(update_fields=["answered_at"])
    note_restored(made, partner, received.leaf, received.record.issued)


@transaction.atomic
def erase_query(erasing: Erasing) -> None:
    """Erase a question that a partner asked, with the answers given to it here."""
    if not erasing.sent:
        Query.objects.filter(leaf=erasing.leaf, origin=Origin.PARTNER).delete()


@transaction.atomic
def erase_answer(erasing: Erasing) -> None:
    """Erase an answer that a partner gave; the question is open again where it was the only one."""
    if erasing.sent:
        return
    made = Answer.objects.select_related("query").filter(leaf=erasing.leaf).first()
    if made is not None:
        query = made.query
        made.delete()
        last = query.answers.order_by("-answered_at").first()
        query.answered_at = last.answered_at if last else None
        query.save(update_fields=["answered_at"])
