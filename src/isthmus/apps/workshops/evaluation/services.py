"""Writers of evaluation: a form is opened, each ticket answers once, and results come after it is closed."""

from collections.abc import Sequence
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.workshops.evaluation.models import AnswerSheet, Evaluation, Ticket
from isthmus.apps.workshops.programme.models import Workshop
from isthmus.apps.workshops.programme.services.planning import bad, open_programme
from isthmus.kit import base32, clock
from isthmus.kit.errors import Conflict, NotFound

TICKET_SIGNS = 24
SCALE, TEXT = "scale", "text"
MOST_QUESTIONS, MOST_TICKETS = 30, 1000


def digest_of(ticket: str) -> str:
    """What is kept of a ticket."""
    return sha256(base32.tidied(ticket).encode("utf-8")).hexdigest()


@transaction.atomic
def open_form(workshop: Workshop, scale: Sequence[str], text: Sequence[str], *, actor: str) -> Evaluation:
    """Open the evaluation of a workshop: questions on a scale of 1 to 5, then those in words."""
    open_programme(workshop.programme)
    if Evaluation.objects.filter(workshop=workshop).exists():
        raise Conflict("workshops.evaluation-open", _("This workshop has its evaluation already."))
    if not scale:
        raise bad("scale", _("Ask at least one question on the scale."))
    if len(scale) + len(text) > MOST_QUESTIONS:
        raise bad("scale", _("At most 30 questions."))
    asked = [(one, SCALE) for one in scale] + [(one, TEXT) for one in text]
    questions = [{"text": one, "kind": kind} for one, kind in asked]
    made = Evaluation.objects.create(workshop=workshop, questions=questions, opened_at=clock.now(), by=actor)
    audit.note("workshops.evaluation-opened", actor=actor, subject=workshop.number)
    return made


def _open(evaluation: Evaluation) -> Evaluation:
    row = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    if row.closed_at is not None:
        raise Conflict("workshops.evaluation-closed", _("This evaluation is closed."))
    return row


@transaction.atomic
def make_tickets(evaluation: Evaluation, number: int, *, actor: str) -> list[str]:
    """So many tickets, which are shown this once: the node keeps hashes, and no name beside them."""
    row = _open(evaluation)
    if not 1 <= number <= MOST_TICKETS:
        raise bad("number", _("Make 1 to 1,000 tickets."))
    made = [base32.drawn(TICKET_SIGNS) for _ticket in range(number)]
    Ticket.objects.bulk_create(Ticket(evaluation=row, digest=digest_of(one)) for one in made)
    detail = {"number": number}
    audit.note("workshops.evaluation-tickets", actor=actor, subject=row.workshop.number, detail=detail)
    return made


def ticket_of(signs: str) -> Ticket:
    """The ticket that somebody holds; NotFound where there is none, Conflict once it is used or too late."""
    row = Ticket.objects.select_related("evaluation__workshop").filter(digest=digest_of(signs)).first()
    if row is None:
        raise NotFound("workshops.no-ticket", _("There is no such ticket."))
    if row.used or row.evaluation.closed_at is not None:
        raise Conflict(
            "workshops.ticket-used", _("This ticket was used already, or the evaluation is closed.")
        )
    return row


@transaction.atomic
def answer(signs: str, group: str, answers: Sequence[int | str | None]) -> None:
    """Keep the answers of a ticket: a step of the scale, a text, or None, for each question in order.

    Nothing is written into the audit trail: its time beside a person's sign-in would tell who answered.
    """
    found = ticket_of(signs)
    evaluation = _open(found.evaluation)
    used = Ticket.objects.filter(pk=found.pk, used=False).update(used=True)
    if not used:
        raise Conflict(
            "workshops.ticket-used", _("This ticket was used already, or the evaluation is closed.")
        )
    AnswerSheet.objects.create(evaluation=evaluation, group=group, answers=list(answers))


@transaction.atomic
def close(evaluation: Evaluation, *, actor: str) -> Evaluation:
    """Close it for good; results are shown from now on, so that no two states of them can be compared."""
    row = _open(evaluation)
    row.closed_at = clock.now()
    row.save(update_fields=["closed_at"])
    audit.note("workshops.evaluation-closed", actor=actor, subject=row.workshop.number)
    return row
