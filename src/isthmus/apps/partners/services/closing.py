"""Letters of intent that come to nothing: declined by their receiver, or withdrawn by their writer.

Either is told to the other node with its reason. What is said twice or too late changes nothing.
"""

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from isthmus.accounts import audit
from isthmus.apps.partners.models import Letter
from isthmus.apps.partners.queries import bodies
from isthmus.apps.partners.records import LetterAnswerV1
from isthmus.apps.partners.rules.letters import LetterSays, LetterStanding, after
from isthmus.apps.partners.services.faults import bad, from_model, refused
from isthmus.apps.partners.services.lettering import check_waits_here, locked
from isthmus.exchange.handlers import Received
from isthmus.exchange.services import Outgoing, publish
from isthmus.kit import clock
from isthmus.kit.errors import Conflict

State = Letter.State


def _end(row: Letter, says: LetterSays, reason: str, actor: str) -> Letter:
    told = " ".join(reason.split())
    if not told:
        raise bad("reason", _("Say why, so that the other side learns from it."))
    row.state, row.reason = State(after(LetterStanding(row.state), says).value), told
    row.ended_at, row.ended_by = clock.now(), actor
    try:
        body = bodies.letter_answer_of(row)
    except ValidationError as error:
        raise from_model(error) from error
    own = row.introduction.own
    outgoing = Outgoing(bodies.LETTER_ANSWER, body, row.reference, own.organisation_id)
    (record,) = publish([outgoing], to=[row.introduction.partner])
    row.end_leaf = record.leaf
    row.save(update_fields=["state", "reason", "ended_at", "ended_by", "end_leaf"])
    audit.note(f"partners.letter-{says.value}", actor=actor, subject=row.reference)
    return row


@transaction.atomic
def decline(letter: Letter, reason: str, *, actor: str) -> Letter:
    """Decline a letter that a partner sent, and tell it why; it cannot be signed after that.

    Conflict where it does not wait for this node; BadInput without a reason; Refused where no agreement lets
    the answer go.
    """
    row = locked(letter)
    check_waits_here(row)
    return _end(row, LetterSays.DECLINED, reason, actor)


@transaction.atomic
def withdraw(letter: Letter, reason: str, *, actor: str) -> Letter:
    """Withdraw a letter of this node before the partner has answered it, and tell it why.

    A signature or a refusal that crosses it on the way counts. Conflict where the letter is not one of this
    node's that waits for its partner; BadInput and Refused as for ``decline``.
    """
    row = locked(letter)
    if not row.is_own or row.state != State.SENT:
        raise Conflict("partners.letter-ended", _("Only a letter that waits for the partner is withdrawn."))
    return _end(row, LetterSays.WITHDRAWN, reason, actor)


def _known(received: Received) -> Letter | None:
    body: LetterAnswerV1 = received.body
    rows = Letter.objects.exclude(state=State.DRAFT).filter(
        introduction__partner=received.record.sender, introduction__reference=body.introduction
    )
    return rows.filter(reference=body.letter).first()


def check_letter_answer(received: Received) -> None:
    """Refuse an answer to a letter that is not known here, and one from the wrong side."""
    body: LetterAnswerV1 = received.body
    row = _known(received)
    if row is None:
        raise refused("letter", _("There is no such letter here."))
    if row.is_own != (LetterSays(body.says) is LetterSays.DECLINED):
        raise refused("says", _("A letter is declined by its receiver and withdrawn by its writer."))


@transaction.atomic
def receive_letter_answer(received: Received) -> None:
    """Handler of ``partners.letter-answer/1``; what comes too late stays a record and changes nothing."""
    body: LetterAnswerV1 = received.body
    known = _known(received)
    assert known is not None, "the check has seen it"
    row = locked(known)
    now = after(LetterStanding(row.state), LetterSays(body.says))
    if now == row.state:
        return
    row.state, row.reason = State(now.value), body.reason
    row.ended_at, row.ended_by, row.end_leaf = clock.from_text(body.at), "", received.leaf
    row.save(update_fields=["state", "reason", "ended_at", "ended_by", "end_leaf"])
